output "repository_url" {
  description = "Where images are pushed to"
  value       = aws_ecr_repository.polystatus.repository_url
}

output "role_arn" {
  description = "What CircleCI assumes"
  value       = aws_iam_role.circleci.arn
}
