# Two repositories of one team: `modules` with a Terraform module, `network` that calls it, each a member of the realm acme with
# one domain. Ends in modules.
# shellcheck shell=bash

{
  git realm init --name acme --path realm-acme
  for name in modules network; do
    git init -q --bare -b main "remotes/$name.git"
    git init -q -b main "$name"
    git -C "$name" config "url.$PWD/remotes/$name.git.insteadOf" "https://git.example.com/acme/$name.git"
    git -C "$name" remote add origin "https://git.example.com/acme/$name.git"
  done
  mkdir -p modules/bucket network/stack
  cat >modules/bucket/variables.tf <<'HCL'
variable "name" {
  type = string
}

variable "tags" {
  type    = map(string)
  default = {}
}
HCL
  cat >modules/bucket/main.tf <<'HCL'
resource "aws_s3_bucket" "bucket" {
  bucket = var.name
  tags   = var.tags
}

output "arn" {
  value = aws_s3_bucket.bucket.arn
}
HCL
  cat >network/stack/main.tf <<'HCL'
module "logs" {
  source = "git::https://git.example.com/acme/modules.git//bucket?ref=v1.0.0"
  name   = "logs"
  tags   = { team = "network" }
}
HCL
  cat >network/stack/outputs.tf <<'HCL'
output "logs" {
  value = module.logs.arn
}
HCL
  for name in modules network; do
    git -C "$name" add -A && git -C "$name" commit -q -m 'first' && git -C "$name" push -q -u origin main
    (cd "$name" && git realm join ../realm-acme && git add -A && git commit -q -m 'join acme' && git push -q)
  done
  cd modules && git realm domain create infra --repos modules,network --provider network
} >/dev/null 2>&1
