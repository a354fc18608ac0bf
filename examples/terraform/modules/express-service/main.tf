resource "aws_cloudwatch_log_group" "this" {
  name              = "/ecs/${var.name}"
  retention_in_days = 30
}

resource "aws_ecs_express_gateway_service" "this" {
  cluster                 = var.cluster
  service_name            = var.name
  cpu                     = var.cpu
  memory                  = var.memory
  health_check_path       = "/"
  execution_role_arn      = aws_iam_role.execution.arn
  infrastructure_role_arn = aws_iam_role.infrastructure.arn

  primary_container {
    image          = var.image
    container_port = var.port
    command        = var.command

    aws_logs_configuration {
      log_group         = aws_cloudwatch_log_group.this.name
      log_stream_prefix = var.name
    }
  }

  network_configuration {
    subnets         = var.subnets
    security_groups = var.security_groups
  }

  scaling_target {
    auto_scaling_metric       = "AVERAGE_CPU"
    auto_scaling_target_value = 60
    min_task_count            = var.tasks.min
    max_task_count            = var.tasks.max
  }

  # The reference to a role orders only the role. Without this, a destroy may take the policies away first, and the service then stays
  # DRAINING, since nothing may delete its stack any more: preflight says `role-removed-first`.
  depends_on = [
    aws_iam_role_policy_attachment.execution,
    aws_iam_role_policy_attachment.infrastructure,
  ]

  lifecycle {
    # Express Mode adds a security group of its own, which would be a difference in every plan. The audit knows that group.
    ignore_changes = [network_configuration[0].security_groups]
  }
}
