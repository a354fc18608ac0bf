variable "image" {
  description = "The image that deploy/container builds."
  type        = string
}

variable "arguments" {
  description = "Arguments of the audit, such as [\"-d\", \"s3://acme-states/prod/terraform.tfstate\"]."
  type        = list(string)
}

variable "schedule" {
  description = "When, in UTC."
  type        = string
  default     = "cron(17 3 * * ? *)"
}

variable "cluster_arn" {
  description = "The cluster that the task runs in."
  type        = string
}

variable "subnets" {
  description = "Subnets from which AWS's endpoints, and the file system, can be reached."
  type        = list(string)
}

variable "security_groups" {
  description = "Security groups of the task. The file system's must let them in on port 2049."
  type        = list(string)
}

variable "file_system_id" {
  description = "The EFS file system that keeps the baseline."
  type        = string
}

variable "states" {
  description = "ARNs of the state objects that `-d s3://…` reads."
  type        = list(string)
  default     = []
}

variable "state_keys" {
  description = "ARNs of the KMS keys that these are encrypted with."
  type        = list(string)
  default     = []
}

variable "slack_webhook_secrets" {
  description = "The ARN of the secret with Slack's webhook in it; none, and nothing is posted."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.slack_webhook_secrets) < 2
    error_message = "The report goes to one webhook."
  }
}
