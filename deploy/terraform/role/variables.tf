variable "name" {
  description = "The role's name."
  type        = string
  default     = "ecs-express-audit"
}

variable "trust_policy" {
  description = "Who may assume the role, as JSON."
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
