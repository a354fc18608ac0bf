# Every night as a task on Fargate, with the image that deploy/container builds. The baseline is kept on EFS, where the lock against
# overlapping nights works too.

locals {
  name = "ecs-express-audit"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/${local.name}"
  retention_in_days = 90
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = module.role.arn

  container_definitions = jsonencode([{
    name        = "nightly"
    image       = var.image
    command     = var.arguments
    environment = [{ name = "AWS_REGION", value = data.aws_region.this.region }]
    secrets     = [for arn in var.slack_webhook_secrets : { name = "SLACK_WEBHOOK_URL", valueFrom = arn }]
    mountPoints = [{ sourceVolume = "state", containerPath = "/state" }]

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = data.aws_region.this.region
        awslogs-stream-prefix = "nightly"
      }
    }
  }])

  volume {
    name = "state"

    efs_volume_configuration {
      file_system_id     = var.file_system_id
      transit_encryption = "ENABLED"

      authorization_config {
        access_point_id = aws_efs_access_point.this.id
        iam             = "ENABLED"
      }
    }
  }
}

# The user of the image.
resource "aws_efs_access_point" "this" {
  file_system_id = var.file_system_id

  posix_user {
    uid = 65532
    gid = 65532
  }

  root_directory {
    path = "/${local.name}"

    creation_info {
      owner_uid   = 65532
      owner_gid   = 65532
      permissions = "0700"
    }
  }
}

# A night is not tried again: if the audit has something to tell, its task ends with a code other than 0.
resource "aws_scheduler_schedule" "this" {
  name                         = local.name
  schedule_expression          = var.schedule
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.cluster_arn
    role_arn = aws_iam_role.scheduler.arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.this.arn
      launch_type         = "FARGATE"

      network_configuration {
        subnets          = var.subnets
        security_groups  = var.security_groups
        assign_public_ip = false
      }
    }

    retry_policy {
      maximum_retry_attempts = 0
    }
  }
}

data "aws_region" "this" {}
