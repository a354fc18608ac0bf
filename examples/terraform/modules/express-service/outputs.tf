output "service_arn" {
  description = "The service's ARN."
  value       = aws_ecs_express_gateway_service.this.service_arn
}
