output "service_arn" {
  description = "The service, as `ecs-express-audit checklist --service` takes it."
  value       = module.service.service_arn
}
