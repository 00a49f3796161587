import t from 'tap';
import { bucketAndKey, noiseOf } from '../../../lib/detect/preview/noise.ts';

t.test('what is noise, and what only looks like it', async (t) => {
  const part = (path: string, how = 'put_object(…)', placeholders?: string[]) => ({
    ...{ pointer: '/write', value: '', path, line: 1, how },
    ...(placeholders === undefined ? {} : { placeholders }),
  });
  for (const [found, bucket, key, noise] of [
    [part('infra/main.tf', 'backend.s3'), 'acme', 'prod/app', 'terraform-state'],
    [part('infra/main.tf', 'data.terraform_remote_state.x'), 'acme', 'prod/app', 'terraform-state'],
    [part('tool.py'), 'acme', 'env/prod.tfstate', 'terraform-state'],
    [part('tool.py'), 'acme-tf-state', 'x', 'terraform-state'],
    [part('app.py'), 'acme-states', 'x', undefined],
    [part('.github/workflows/ci.yml', 'aws s3 cp'), 'acme-cdn', 'app.js', 'artifacts'],
    [part('scripts/deploy-web.sh'), 'acme-cdn', 'app.js', 'artifacts'],
    [part('src/deployments.py'), 'acme', 'x', undefined],
    [part('tools/upload_assets.ts'), 'acme', 'x', 'artifacts'],
    [part('src/store.py'), 'acme', 'backup.zip', undefined],
    [part('template.yaml', 'CodeUri'), 'acme', 'x', 'artifacts'],
    [part('lambda.tf', 'aws_s3_object'), 'acme', 'build/x.zip', 'artifacts'],
    [part('a.py'), 'cdk-hnb659fds-assets-1-eu-west-1', 'x', 'artifacts'],
    [part('a.py'), 'my-bucket', 'x', 'placeholders'],
    [part('a.py'), 'example-bucket', 'x', 'placeholders'],
    [part('a.py'), 'mybucket', 'x', 'placeholders'],
    [part('a.py'), 'your-data', 'x', 'placeholders'],
    [part('a.py'), 'bucket', 'key.xlsx', 'placeholders'],
    [part('a.py'), 'bucket', 'jobs/x', undefined],
    [part('a.py'), 'myriad', 'x', undefined],
    [part('a.py', 'x', ['<your-bucket>']), undefined, 'x', 'placeholders'],
    [part('a.py', 'x', ['%VERSION%']), 'acme', 'app/*/x', undefined],
    [part('examples/a.py'), 'acme', 'x', 'examples'],
    [part('a_test.go'), 'acme', 'x', 'examples'],
    [part('a.py'), undefined, '*', 'unknown'],
    [part('a.py'), undefined, 'jobs/*', undefined],
    [part('a.py'), 'acme', '*', undefined],
  ] as const)
    t.equal(noiseOf(found, bucket, key), noise, `${found.path} ${found.how} ${bucket}/${key}`);
});

t.test('the bucket of a value', async (t) => {
  t.same(bucketAndKey('jobs/*', { bucket: 'acme' }), { bucket: 'acme', key: 'jobs/*' });
  t.same(bucketAndKey('jobs/*', { bucket: null }), { bucket: undefined, key: 'jobs/*' });
  t.same(bucketAndKey('acme/jobs/*', undefined), { bucket: 'acme', key: 'jobs/*' });
  t.same(bucketAndKey('/jobs/*', undefined), { bucket: undefined, key: 'jobs/*' });
});
