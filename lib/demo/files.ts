/** The code of the two repositories: what the detectors read is all that matters in it. */

export const S3_PATHS = `"""Where training data lies."""

import boto3

BUCKET = "fungal-data"
s3 = boto3.client("s3")


def read_mask(job: str, mask: str) -> bytes:
    reply = s3.get_object(Bucket=BUCKET, Key=f"jobs/{job}/masks/{mask}")
    return reply["Body"].read()


def read_run(run: str) -> bytes:
    return s3.get_object(Bucket=BUCKET, Key=f"training-runs/{run}")["Body"].read()


def write_manifest(job: str, part: str, manifest: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"jobs/{job}/{part}/manifest.json", Body=manifest)
`;

export const METRICS_WRITER = `

def write_metrics(experiment: str, metrics: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"training-metrics/{experiment}", Body=metrics)
`;

const accessStack = (
  writable: readonly string[],
): string => `"""Grants the training tools their share of the bucket."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

BUCKET = "arn:aws:s3:::fungal-data"


class TrainingToolsAccessStack(Stack):
    def __init__(self, scope, name, role, **options):
        super().__init__(scope, name, **options)
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject"],
                resources=[f"{BUCKET}/jobs/*/masks/*", f"{BUCKET}/training-runs/*"],
            )
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:PutObject"],
                resources=[${writable.map((path) => `f"{BUCKET}/${path}"`).join(', ')}],
            )
        )
`;

export const ACCESS_STACK = accessStack(['jobs/*/*/manifest.json']);

export const ACCESS_STACK_WITH_METRICS = accessStack(['jobs/*/*/manifest.json', 'training-metrics/*']);
