variable "region" {
  description = "Where the services run."
  type        = string
  default     = "ap-northeast-1"
}

variable "subnets" {
  description = "At least two subnets, in two Availability Zones."
  type        = list(string)
}

variable "security_groups" {
  description = "Security groups of the service's tasks, beside those that Express Mode adds."
  type        = list(string)
}
