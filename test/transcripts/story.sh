# Two repositories with bare remotes, as they are before anybody thought of coordinating them: aperture uses paths in a
# bucket, fungal-image-analysis grants them. For sessions in the documents (test/docs/transcript.ts).
# shellcheck shell=bash

for name in aperture fungal-image-analysis; do
  git init -q --bare "remotes/$name.git"
  git init -q "$name"
  git -C "$name" remote add origin "$PWD/remotes/$name.git"
done
mkdir -p aperture/models fungal-image-analysis/cdk
cat >aperture/models/s3_paths.py <<'P'
import boto3

BUCKET = "fungal-data"
s3 = boto3.client("s3")


def load_mask(job_id: str, name: str) -> bytes:
    return s3.get_object(Bucket=BUCKET, Key=f"jobs/{job_id}/masks/{name}")["Body"].read()


P
cat >fungal-image-analysis/cdk/access_stack.py <<'P'
from aws_cdk import Stack, aws_iam as iam

BUCKET_ARN = "arn:aws:s3:::fungal-data"


class AccessStack(Stack):
    def __init__(self, scope, id, role, **kw):
        super().__init__(scope, id, **kw)
        role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=[f"{BUCKET_ARN}/jobs/*/masks/*"]))
P
for name in aperture fungal-image-analysis; do
  git -C "$name" add -A
  git -C "$name" commit -q -m 'start'
  git -C "$name" push -q -u origin main
done
