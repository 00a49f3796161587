import type { Tree } from './repo.ts';

/** A workspace with two packages and a service, state, a CI upload, an example name and a policy of its own. */
export const monorepo: Tree = {
  'package.json': '{ "name": "acme", "private": true, "workspaces": ["packages/*"] }\n',
  packages: {
    billing: {
      'package.json': '{ "name": "@acme/billing" }\n',
      src: {
        'config.ts': "export const BUCKET = 'acme-invoices';\n",
        'text.ts': 'export const unused = 1;\n',
        'store.ts': `import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { BUCKET } from './config';
import { unused } from './text';

const s3 = new S3Client({});

export const save = (id: string, body: Buffer) =>
  s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: \`invoices/\${id}/invoice.pdf\`, Body: body }));

export const load = (key: string) =>
  s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: \`invoices/\${key}\` }));

export const one = (id: string) =>
  s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: \`invoices/\${id}/invoice.pdf\` }));
`,
      },
    },
    web: {
      'package.json': '{ "name": "@acme/web" }\n',
      'upload.js': "const s3 = new AWS.S3();\ns3.putObject({ Bucket: 'my-bucket', Key: 'x/y' });\n",
    },
  },
  services: {
    shipping: {
      'labels.py': `import boto3

s3 = boto3.client("s3")


def label(order: str) -> bytes:
    return s3.get_object(Bucket="acme-labels", Key=f"labels/{order}.png")["Body"].read()
`,
    },
  },
  infra: {
    'main.tf': `terraform {
  backend "s3" {
    bucket = "acme-infra"
    key    = "prod/terraform.tfstate"
  }
}
`,
    'policy.json': `{
  "Statement": [
    { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-labels/labels/*" }
  ]
}
`,
  },
  '.github': {
    workflows: {
      'ci.yml': `on: push
jobs:
  build:
    steps:
      - run: aws s3 cp dist/app.js s3://acme-cdn/app/%VERSION%/app.js
`,
    },
  },
};
