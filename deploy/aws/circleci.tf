# CircleCI proves by OpenID Connect which project asks. Only this project's jobs may push, and they may do nothing else.

locals {
  issuer = "oidc.circleci.com/org/${var.circleci_organization}"
}

resource "aws_iam_openid_connect_provider" "circleci" {
  url            = "https://${local.issuer}"
  client_id_list = [var.circleci_organization]
}

data "aws_iam_policy_document" "may_be_assumed" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.circleci.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = [var.circleci_organization]
    }

    # org/ORGANIZATION/project/PROJECT/user/USER/vcs-origin/REPOSITORY/vcs-ref/REF: who pushes may be anybody, but the
    # branch is master.
    condition {
      test     = "StringLike"
      variable = "${local.issuer}:sub"
      values   = ["org/${var.circleci_organization}/project/${var.circleci_project}/user/*/vcs-origin/${var.vcs_origin}/vcs-ref/refs/heads/master"]
    }
  }
}

data "aws_iam_policy_document" "may_push" {
  statement {
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = [aws_ecr_repository.polystatus.arn]
  }
}

resource "aws_iam_role" "circleci" {
  name                 = "polystatus-circleci"
  description          = "CircleCI pushes images of PolyStatus"
  max_session_duration = 3600
  assume_role_policy   = data.aws_iam_policy_document.may_be_assumed.json
}

resource "aws_iam_role_policy" "may_push" {
  name   = "push"
  role   = aws_iam_role.circleci.id
  policy = data.aws_iam_policy_document.may_push.json
}
