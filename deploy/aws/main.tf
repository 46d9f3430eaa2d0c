# A registry for the images at AWS. A tag never moves: push `sha-<commit>` and the version, and never `latest`, which a
# second push could not move. CircleCI gets in by its own identity for a few minutes at a time, so no key is kept anywhere.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { project = "polystatus" }
  }
}

resource "aws_kms_key" "images" {
  description             = "Images of PolyStatus"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_kms_alias" "images" {
  name          = "alias/polystatus-images"
  target_key_id = aws_kms_key.images.key_id
}

resource "aws_ecr_repository" "polystatus" {
  name                 = var.repository
  image_tag_mutability = "IMMUTABLE"
  force_delete         = false

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.images.arn
  }
}

# What was built for a commit goes after a while; what was released stays.
resource "aws_ecr_lifecycle_policy" "polystatus" {
  repository = aws_ecr_repository.polystatus.name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Layers that no tag names"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "The newest images of commits"
        selection    = { tagStatus = "tagged", tagPrefixList = ["sha-"], countType = "imageCountMoreThan", countNumber = var.kept_commits }
        action       = { type = "expire" }
      },
    ]
  })
}
