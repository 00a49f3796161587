import type { Evaluator } from '../evaluate/evaluator.ts';
import type { Located } from '../evaluate/values.ts';
import type { Entry, MapExpr, Module } from '../syntax/ir.ts';
import type { Unresolved } from '../types.ts';
import { type Access, lists, operationAccess } from './operations.ts';
import type { Request } from './request.ts';
import { accessAround, accessFromName } from './uris.ts';

const bucketKey = /^(?:s3_?)?bucket(?:_?name)?$/i;
const objectKey = /^(?:s3_?)?(?:object_?)?key$/i;
const prefixKey = /^(?:s3_?)?(?:object_?)?prefix$/i;

/** Blocks and maps that name an object and are always used one way. */
const known: [RegExp, Access[]][] = [
  [/^resource\.aws_s3_(?:bucket_)?object(?:_copy)?\./, ['write']],
  [/^data\.aws_s3_(?:bucket_)?objects?\./, ['read']],
  [/^backend\.s3$/, ['read', 'write']],
  [/^data\.terraform_remote_state\./, ['read']],
  [/^resource\.aws_(?:lambda|elastic_beanstalk|codedeploy|kinesisanalytics|sagemaker)\w*\./, ['read']],
  [/^resource\.aws_kinesis_firehose|^resource\.aws_s3_bucket_inventory/, ['write']],
];

/** An object named by bucket and key in configuration: Terraform blocks, `{S3Bucket, S3Key}`, `output: {bucket, key}`. */
export function configRequests(
  map: MapExpr,
  module: Module,
  e: Evaluator,
): { requests: Request[]; open: Unresolved[] } {
  const none = { requests: [], open: [] };
  const find = (shape: RegExp): Entry | undefined =>
    map.entries.find((entry) => entry.key.kind === 'text' && shape.test(entry.key.value));
  const bucket = find(bucketKey);
  const key = find(objectKey);
  const prefix = key ? undefined : find(prefixKey);
  const named = key ?? prefix;
  const located = (entry: Entry): Located => ({ expr: entry.value, env: undefined, module });
  const at: Located = { expr: map, env: undefined, module };
  const operation = stateOperation(map);
  if (operation) {
    const asked = { bucket: bucket && located(bucket), at, how: operation };
    const access = operationAccess(operation);
    if (!access) return none;
    if (lists(operation))
      return { requests: [{ access, ...asked, prefix: prefix ? located(prefix) : 'all' }], open: [] };
    if (prefix) return { requests: [{ access, ...asked, prefix: located(prefix) }], open: [] };
    return { requests: [{ access, ...asked, key: key && located(key) }], open: [] };
  }
  if (!bucket || !named) return none;
  const texts = [bucket, named].every((entry) =>
    e.evaluate(located(entry)).some((value) => value.t === 'text' || value.t === 'unknown'),
  );
  if (!texts) return none;
  const access = accessOf(map, bucket);
  const how = map.type ?? map.under ?? 'bucket and key';
  if (access.length === 0) {
    const what = `an object in '${how}'`;
    return {
      requests: [],
      open: [{ path: module.path, line: named.line, what, why: 'unknown whether it is read or written' }],
    };
  }
  return {
    requests: access.map(
      (way): Request => ({
        access: way,
        bucket: located(bucket),
        ...(key ? { key: located(key) } : { prefix: located(named) }),
        at,
        how,
      }),
    ),
    open: [],
  };
}

function accessOf(map: MapExpr, bucket: Entry): Access[] {
  for (const holder of [map, map.parent]) {
    const rule = known.find(([shape]) => shape.test(holder?.type ?? ''));
    if (rule) return rule[1];
  }
  const spelling = bucket.key.kind === 'text' ? bucket.key.value : '';
  // CloudFormation's code and content locations
  if (spelling === 'S3Bucket') return ['read'];
  const access = accessFromName(map.under ?? map.type?.split('.').at(-1) ?? '') ?? accessAround(map);
  return access ? [access] : [];
}

/** Step Functions' call of an SDK operation, whose parameters a map holds: `arn:aws:states:::aws-sdk:s3:getObject`. */
function stateOperation({ under, parent }: MapExpr): string | undefined {
  if (under !== 'Parameters' && under !== 'Arguments') return undefined;
  const resource = parent?.entries.find(({ key }) => key.kind === 'text' && key.value === 'Resource')?.value;
  return resource?.kind === 'text' ? /:(?:aws-sdk:)?s3:(\w+)/.exec(resource.value)?.[1] : undefined;
}
