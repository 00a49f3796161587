import type { Evaluator } from '../evaluate/evaluator.ts';
import { type Env, type Located, plain, type Value } from '../evaluate/values.ts';
import type { Call, Expr, Module } from '../syntax/ir.ts';
import { type Access, lists, operationAccess, operationKey } from './operations.ts';
import type { Request } from './request.ts';
import { spelled } from './things.ts';

/** What one call of boto3 (client, resource, transfer, paginator) asks of S3; empty for any other call. */
export function boto3Requests(call: Call, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  const { callee } = call;
  if (callee.kind !== 'member') return [];
  const at = (expr: Expr): Located => ({ expr, env, module });
  const arg = argumentsOf(call, at, e);
  const how = `${callee.name}(…)`;
  const own = ownerOf(callee, at, e);
  if (own?.type === 's3-bucket') return bucketRequests(callee.name, own, arg, call, how, e);
  if (own?.type === 's3-object') return objectRequests(callee.name, own, arg, call, how, at);
  // bucket.objects.filter(Prefix=…).delete()
  const { object } = callee;
  if (callee.name === 'delete' && object.kind === 'call' && object.callee.kind === 'member') {
    const { object: collection } = object.callee;
    if (collection.kind === 'member' && collections.test(collection.name))
      return collectionRequests('delete', collection, argumentsOf(object, at, e), call, at, e);
  }
  // Deleting versions lists no objects.
  if (callee.object.kind === 'member' && callee.object.name === 'object_versions' && isDeleted(call, module))
    return [];
  if (callee.object.kind === 'member' && collections.test(callee.object.name)) {
    return collectionRequests(callee.name, callee.object, arg, call, at, e);
  }
  return clientRequests(call, callee.name, callee.object, own, arg, at, e);
}

const isDeleted = (call: Call, { calls }: Module): boolean =>
  calls.some(({ callee }) => callee.kind === 'member' && callee.name === 'delete' && callee.object === call);

/** What a bucket has many of. */
const collections = /^(?:objects|object_versions|multipart_uploads)$/;

/** A call's arguments by keyword, from a `**` mapping, or by position. */
function argumentsOf(call: Call, at: (expr: Expr) => Located, e: Evaluator): Arg {
  return (name, position = -1) => {
    const named = call.args.find((entry) => entry.name === name);
    if (named) return at(named.value);
    for (const spread of call.args.filter((entry) => entry.name === '**')) {
      const found = e.entry(at(spread.value), name);
      if (found) return found;
    }
    return position < 0 ? undefined : positionalOf(call, at, e)[position];
  };
}

/** Arguments by position, with the elements of what is spread in them; those after an unknown spread are not known. */
function positionalOf(call: Call, at: (expr: Expr) => Located, e: Evaluator): Located[] {
  const found: Located[] = [];
  for (const { name, value } of call.args) {
    if (name !== undefined) continue;
    if (value.kind !== 'spread') found.push(at(value));
    else if (e.evaluate(at(value.of)).some(({ t }) => t === 'list')) found.push(...e.elements(at(value.of)));
    else break;
  }
  return found;
}

type Arg = (name: string, position?: number) => Located | undefined;
type Thing = Extract<Value, { t: 'thing' }>;

function ownerOf(
  callee: Extract<Expr, { kind: 'member' }>,
  at: (expr: Expr) => Located,
  e: Evaluator,
): Thing | undefined {
  const name = callee.name;
  if (
    !operationAccess(name) &&
    !objectMethods[name] &&
    !/^(paginate|wait|copy|generate_presigned_url|load)$/.test(name)
  )
    return undefined;
  const values = e.evaluate(at(callee.object));
  return values.find((value): value is Thing => value.t === 'thing');
}

const positions: Record<string, [bucket: number, key: number]> = {
  uploadfile: [1, 2],
  uploadfileobj: [1, 2],
  downloadfile: [0, 1],
  downloadfileobj: [0, 1],
  copy: [1, 2],
  generatepresignedpost: [0, 1],
};

function clientRequests(
  call: Call,
  name: string,
  object: Expr,
  own: Thing | undefined,
  arg: Arg,
  at: (expr: Expr) => Located,
  e: Evaluator,
): Request[] {
  const where = at(call);
  if (name === 'generate_presigned_url') {
    const method = arg('ClientMethod', 0);
    const params = arg('Params', 1);
    const operation = method ? plain(e.evaluate(method)[0]) : undefined;
    const access = operation ? operationAccess(operation) : undefined;
    if (!params || !access) return [];
    return [
      {
        access,
        bucket: e.entry(params, 'Bucket'),
        key: e.entry(params, 'Key'),
        at: where,
        how: `generate_presigned_url('${operation}', …)`,
      },
    ];
  }
  if (name === 'paginate' || name === 'wait') {
    const operation = own?.props.get('operation')?.[0];
    const listing = name === 'wait' || lists(plain(operation) ?? 'list_objects_v2');
    const bucket = arg('Bucket');
    if (!bucket || !listing) return [];
    const key = name === 'wait' ? arg('Key') : undefined;
    if (key) return [{ access: 'read', bucket, key, at: where, how: 'wait(Bucket=…, Key=…)' }];
    return [
      {
        access: 'read',
        bucket,
        prefix: arg('Prefix') ?? 'all',
        at: where,
        how: 'paginate(Bucket=…, Prefix=…)',
      },
    ];
  }
  const operation = operationKey(name);
  const access: Access | undefined = name === 'copy' ? 'write' : operationAccess(name);
  if (!access) return [];
  const named = call.args.some((entry) => entry.name === 'Bucket' || entry.name === '**');
  const known = own
    ? own.type === 's3-client' || own.type === 's3-resource'
    : /s3|client|boto|transfer/i.test(spelled(object));
  const [bucketAt, keyAt] = (Object.hasOwn(positions, operation) && positions[operation]) || [-1, -1];
  if (!named && !(known && bucketAt >= 0)) return [];
  const bucket = arg('Bucket', bucketAt);
  if (!bucket) return [];
  const how = (what: string) => `${name}(Bucket=…, ${what}=…)`;
  if (lists(name)) return [{ access, bucket, prefix: arg('Prefix') ?? 'all', at: where, how: how('Prefix') }];
  const found: Request[] = [];
  const source = arg('CopySource', name === 'copy' ? 0 : -1);
  if (source) found.push({ access: 'read', source, at: where, how: `${name}(CopySource=…)` });
  const objects = name === 'delete_objects' ? arg('Delete') : undefined;
  if (objects) {
    for (const key of keysIn(objects, e))
      found.push({ access, bucket, key, listed: true, at: where, how: how('Delete') });
    return found;
  }
  found.push({ access, bucket, key: arg('Key', keyAt), at: where, how: how('Key') });
  return found;
}

/** The keys of `Delete={'Objects': [{'Key': …}]}`; one that is not known where none is seen. */
function keysIn(objects: Located, e: Evaluator): (Located | undefined)[] {
  const list = e.entry(objects, 'Objects');
  return list ? e.elements(list).map((item) => e.entry(item, 'Key')) : [undefined];
}

function bucketRequests(
  name: string,
  bucket: Thing,
  arg: Arg,
  call: Call,
  how: string,
  e: Evaluator,
): Request[] {
  const table: Record<string, [Access, string, number]> = {
    upload_file: ['write', 'Key', 1],
    upload_fileobj: ['write', 'Key', 1],
    download_file: ['read', 'Key', 0],
    download_fileobj: ['read', 'Key', 0],
    put_object: ['write', 'Key', -1],
    copy: ['write', 'Key', 1],
  };
  const rule = Object.hasOwn(table, name) ? table[name] : undefined;
  const module = call.block.scope.module;
  const where = { expr: call, env: undefined, module };
  const bucketValues = bucket.props.get('bucket') ?? [];
  const objects = name === 'delete_objects' ? arg('Delete') : undefined;
  if (objects)
    return keysIn(objects, e).map((key) => ({
      access: 'write',
      bucketValues,
      key,
      listed: true,
      at: where,
      how: `Bucket.${how}`,
    }));
  if (!rule) return [];
  const [access, keyName, position] = rule;
  const found: Request[] = [
    {
      access,
      bucketValues,
      key: arg(keyName, position),
      at: where,
      how: `Bucket.${how}`,
    },
  ];
  const source = name === 'copy' ? arg('CopySource', 0) : undefined;
  if (source) found.push({ access: 'read', source, at: where, how: 'Bucket.copy(CopySource=…)' });
  return found;
}

const objectMethods: Record<string, Access> = {
  get: 'read',
  // Attributes that ask S3 for the object's head when they are read.
  metadata: 'read',
  content_length: 'read',
  content_type: 'read',
  last_modified: 'read',
  e_tag: 'read',
  version_id: 'read',
  load: 'read',
  reload: 'read',
  download_file: 'read',
  download_fileobj: 'read',
  wait_until_exists: 'read',
  put: 'write',
  delete: 'write',
  upload_file: 'write',
  upload_fileobj: 'write',
  copy: 'write',
  copy_from: 'write',
  initiate_multipart_upload: 'write',
  restore_object: 'write',
};

function objectRequests(
  name: string,
  object: Thing,
  arg: Arg,
  call: Call,
  how: string,
  at: (expr: Expr) => Located,
): Request[] {
  const access = Object.hasOwn(objectMethods, name) ? objectMethods[name] : undefined;
  if (!access) return [];
  const where = at(call);
  const found: Request[] = [
    {
      access,
      bucketValues: object.props.get('bucket') ?? [],
      keyValues: object.props.get('key') ?? [],
      at: where,
      how: `Object.${how}`,
    },
  ];
  const source = name === 'copy' || name === 'copy_from' ? arg('CopySource', 0) : undefined;
  if (source) found.push({ access: 'read', source, at: where, how: `Object.${name}(CopySource=…)` });
  return found;
}

function collectionRequests(
  name: string,
  { object: owner, name: collection }: Extract<Expr, { kind: 'member' }>,
  arg: Arg,
  call: Call,
  at: (expr: Expr) => Located,
  e: Evaluator,
): Request[] {
  const bucket = e
    .evaluate(at(owner))
    .find((value): value is Thing => value.t === 'thing' && value.type === 's3-bucket');
  if (!bucket || !/^(filter|all|limit|page_size|delete)$/.test(name)) return [];
  return [
    {
      access: name === 'delete' ? 'write' : 'read',
      bucketValues: bucket.props.get('bucket') ?? [],
      prefix: arg('Prefix') ?? 'all',
      at: at(call),
      how: `Bucket.${collection}.${name}(Prefix=…)`,
    },
  ];
}
