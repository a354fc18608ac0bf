# The least-privilege role of an audit. policy.tf is what `ecs-express-audit policy --terraform` prints: a newer version may print more.

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = var.trust_policy
}

resource "aws_iam_role_policy" "audit" {
  name   = "audit"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.ecs_express_audit.json
}

# For -d s3://…: the states, and the keys that they are encrypted with.

resource "aws_iam_role_policy" "states" {
  count = length(var.states) > 0 ? 1 : 0

  name   = "states"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.states.json
}

data "aws_iam_policy_document" "states" {
  statement {
    actions   = ["s3:GetObject"]
    resources = var.states
  }

  dynamic "statement" {
    for_each = length(var.state_keys) > 0 ? [var.state_keys] : []

    content {
      actions   = ["kms:Decrypt"]
      resources = statement.value
    }
  }
}
