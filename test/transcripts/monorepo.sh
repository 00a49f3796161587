# A small monorepo beside an empty realm: two packages of a workspace, a service, Terraform's state and an upload in CI. Ends in
# the monorepo.
# shellcheck shell=bash

git config --global user.name Eric
git config --global user.email eric@example.com
git config --global init.defaultBranch main
git realm init realm >/dev/null
git init -q shop && cd shop || exit
mkdir -p packages/billing/src packages/web services/shipping infra .github/workflows
echo '{ "name": "acme", "private": true, "workspaces": ["packages/*"] }' >package.json
echo '{ "name": "@acme/billing" }' >packages/billing/package.json
echo '{ "name": "@acme/web" }' >packages/web/package.json
echo "export const BUCKET = 'acme-invoices';" >packages/billing/src/config.ts
cat >packages/billing/src/store.ts <<'T'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { BUCKET } from './config';

const s3 = new S3Client({});

export const save = (id: string, body: Buffer) =>
  s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `invoices/${id}/invoice.pdf`, Body: body }));

export const load = (id: string) =>
  s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: `invoices/${id}/invoice.pdf` }));

export const list = (year: string) =>
  s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: `invoices/${year}` }));
T
cat >packages/web/upload.js <<'J'
const s3 = new AWS.S3();
s3.putObject({ Bucket: 'my-bucket', Key: 'photos/new.png' });
J
cat >services/shipping/labels.py <<'P'
import boto3

s3 = boto3.client("s3")


def label(order: str) -> bytes:
    return s3.get_object(Bucket="acme-labels", Key=f"labels/{order}.png")["Body"].read()
P
cat >infra/main.tf <<'H'
terraform {
  backend "s3" {
    bucket = "acme-infra"
    key    = "prod/terraform.tfstate"
  }
}
H
cat >.github/workflows/ci.yml <<'Y'
on: push
jobs:
  build:
    steps:
      - run: aws s3 cp dist/app.js s3://acme-cdn/app/%VERSION%/app.js
Y
git add -A && git commit -q -m start
