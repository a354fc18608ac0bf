variable "cluster" {
  description = "The name of the cluster. A service cannot move to another one: preflight says `cluster-change`."
  type        = string
}

variable "name" {
  description = "The service's name. It cannot be used again while a service of that name is DRAINING."
  type        = string
}

variable "image" {
  description = "The image of the primary container."
  type        = string
}

variable "port" {
  description = "The port that the container listens on."
  type        = number
  default     = 80
}

variable "command" {
  description = "The container's command; null takes the image's."
  type        = list(string)
  default     = null
}

variable "cpu" {
  description = "CPU units of a task."
  type        = string
  default     = "256"
}

variable "memory" {
  description = "Memory of a task, in MiB."
  type        = string
  default     = "512"
}

variable "tasks" {
  description = "The fewest and the most tasks."
  type        = object({ min = number, max = number })
  default     = { min = 1, max = 10 }
}

variable "subnets" {
  description = "The subnets of tasks and load balancer."
  type        = list(string)
}

variable "security_groups" {
  description = "Security groups of the tasks, beside those that Express Mode adds."
  type        = list(string)
}
