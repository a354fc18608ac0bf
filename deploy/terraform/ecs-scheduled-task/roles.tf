# What the audit runs as: it reads, and may use its folder on EFS.

module "role" {
  source = "../role"

  trust_policy = data.aws_iam_policy_document.assumed["ecs-tasks"].json
  states       = var.states
  state_keys   = var.state_keys
}

resource "aws_iam_role_policy" "state" {
  name   = "baseline"
  role   = module.role.name
  policy = data.aws_iam_policy_document.state.json
}

data "aws_iam_policy_document" "state" {
  statement {
    actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    resources = ["arn:${data.aws_partition.this.partition}:elasticfilesystem:*:*:file-system/${var.file_system_id}"]

    condition {
      test     = "StringEquals"
      variable = "elasticfilesystem:AccessPointArn"
      values   = [aws_efs_access_point.this.arn]
    }
  }
}

# What starts the task: it pulls the image, writes the log and reads the address of Slack.

resource "aws_iam_role" "execution" {
  name               = "${local.name}-execution"
  assume_role_policy = data.aws_iam_policy_document.assumed["ecs-tasks"].json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:${data.aws_partition.this.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "slack" {
  count = length(var.slack_webhook_secrets) > 0 ? 1 : 0

  name   = "slack"
  role   = aws_iam_role.execution.name
  policy = data.aws_iam_policy_document.slack.json
}

data "aws_iam_policy_document" "slack" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = var.slack_webhook_secrets
  }
}

# What calls for the task every night.

resource "aws_iam_role" "scheduler" {
  name               = "${local.name}-scheduler"
  assume_role_policy = data.aws_iam_policy_document.assumed["scheduler"].json
}

resource "aws_iam_role_policy" "scheduler" {
  name   = "run"
  role   = aws_iam_role.scheduler.name
  policy = data.aws_iam_policy_document.scheduler.json
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    actions   = ["ecs:RunTask"]
    resources = ["${aws_ecs_task_definition.this.arn_without_revision}:*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [var.cluster_arn]
    }
  }

  statement {
    actions   = ["iam:PassRole"]
    resources = [module.role.arn, aws_iam_role.execution.arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "assumed" {
  for_each = toset(["ecs-tasks", "scheduler"])

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.value}.amazonaws.com"]
    }
  }
}

data "aws_partition" "this" {}
