data "aws_iam_policy_document" "ecs_express_audit" {
  statement {
    sid    = "ReadECS"
    effect = "Allow"

    actions = [
      "ecs:ListClusters",
      "ecs:ListServices",
      "ecs:ListTaskDefinitionFamilies",
      "ecs:ListTaskDefinitions",
      "ecs:ListGateways",
      "ecs:DescribeGatewayResources",
      "ecs:ListGatewayRoutes",
      "ecs:DescribeGatewayRoute",
    ]

    resources = [
      "*",
    ]
  }

  statement {
    sid    = "ReadECSByArn"
    effect = "Allow"

    actions = [
      "ecs:DescribeClusters",
      "ecs:DescribeServices",
      "ecs:DescribeServiceRevisions",
      "ecs:DescribeServiceDeployments",
      "ecs:DescribeExpressGatewayService",
    ]

    resources = [
      "arn:*:ecs:*:*:cluster/*",
      "arn:*:ecs:*:*:service-deployment/*",
      "arn:*:ecs:*:*:service-revision/*",
      "arn:*:ecs:*:*:service/*",
    ]
  }

  statement {
    sid    = "ReadElasticLoadBalancingv2"
    effect = "Allow"

    actions = [
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeListenerCertificates",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
      "elasticloadbalancing:DescribeTags",
    ]

    resources = [
      "*",
    ]
  }

  statement {
    sid    = "ReadACM"
    effect = "Allow"

    actions = [
      "acm:ListCertificates",
    ]

    resources = [
      "*",
    ]
  }

  statement {
    sid    = "ReadACMByArn"
    effect = "Allow"

    actions = [
      "acm:DescribeCertificate",
      "acm:ListTagsForCertificate",
    ]

    resources = [
      "arn:*:acm:*:*:certificate/*",
    ]
  }

  statement {
    sid    = "ReadCloudWatch"
    effect = "Allow"

    actions = [
      "cloudwatch:DescribeAlarms",
    ]

    resources = [
      "*",
    ]
  }

  statement {
    sid    = "ReadCloudWatchByArn"
    effect = "Allow"

    actions = [
      "cloudwatch:ListTagsForResource",
    ]

    resources = [
      "arn:*:cloudwatch:*:*:alarm:*",
    ]
  }

  statement {
    sid    = "ReadCloudWatchLogs"
    effect = "Allow"

    actions = [
      "logs:DescribeLogGroups",
    ]

    resources = [
      "*",
    ]
  }

  statement {
    sid    = "ReadCloudWatchLogsByArn"
    effect = "Allow"

    actions = [
      "logs:ListTagsForResource",
    ]

    resources = [
      "arn:*:logs:*:*:log-group:*",
    ]
  }

  statement {
    sid    = "ReadApplicationAutoScaling"
    effect = "Allow"

    actions = [
      "application-autoscaling:DescribeScalableTargets",
      "application-autoscaling:DescribeScalingPolicies",
    ]

    resources = [
      "*",
    ]
  }

  statement {
    sid    = "ReadApplicationAutoScalingByArn"
    effect = "Allow"

    actions = [
      "application-autoscaling:ListTagsForResource",
    ]

    resources = [
      "arn:*:application-autoscaling:*:*:scalable-target/*",
    ]
  }

  statement {
    sid    = "ReadEC2"
    effect = "Allow"

    actions = [
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DescribeRegions",
    ]

    resources = [
      "*",
    ]
  }

  statement {
    sid    = "ReadIAMByArn"
    effect = "Allow"

    actions = [
      "iam:GetRole",
    ]

    resources = [
      "arn:*:iam::*:role/*",
    ]
  }

  statement {
    sid    = "ReadResourceGroupsTaggingAPI"
    effect = "Allow"

    actions = [
      "tag:GetResources",
    ]

    resources = [
      "*",
    ]
  }

  statement {
    sid    = "ReadOrganizations"
    effect = "Allow"

    actions = [
      "organizations:ListAccounts",
    ]

    resources = [
      "*",
    ]
  }

  statement {
    sid    = "ReadCloudFormationByArn"
    effect = "Allow"

    actions = [
      "cloudformation:DescribeStacks",
      "cloudformation:GetTemplate",
      "cloudformation:ListStackResources",
    ]

    resources = [
      "arn:*:cloudformation:*:*:stack/*",
    ]
  }
}
