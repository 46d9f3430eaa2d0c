variable "region" {
  description = "Where the registry is"
  type        = string
  default     = "eu-central-1"
}

variable "repository" {
  description = "The name of the repository of images"
  type        = string
  default     = "polystatus"
}

variable "kept_commits" {
  description = "How many images of single commits are kept"
  type        = number
  default     = 50

  validation {
    condition     = var.kept_commits >= 1
    error_message = "At least the newest one must be kept."
  }
}

variable "circleci_organization" {
  description = "The id of the organization at CircleCI (Organization Settings, Overview)"
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f-]{36}$", var.circleci_organization))
    error_message = "This is not an id such as 01234567-89ab-cdef-0123-456789abcdef."
  }
}

variable "circleci_project" {
  description = "The id of the project at CircleCI (Project Settings, Overview)"
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f-]{36}$", var.circleci_project))
    error_message = "This is not an id such as 01234567-89ab-cdef-0123-456789abcdef."
  }
}

variable "vcs_origin" {
  description = "Where the sources are, such as github.com/polystatus/polystatus"
  type        = string
}
