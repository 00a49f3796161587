import type { Evaluator } from '../evaluate/evaluator.ts';
import { calleeName } from '../evaluate/scopes.ts';
import { type Env, type Located, unknown, type Value } from '../evaluate/values.ts';
import type { Argument, Call, Expr, Module, Scope } from '../syntax/ir.ts';
import { definedHere } from './defined.ts';
import { fromS3Package, speaksS3 } from './libraries.ts';
import type { Access } from './operations.ts';
import type { Request } from './request.ts';
import { accessOfCall } from './uris.ts';

const bucketName = /^(?:s3_?)?bucket(?:_?name)?$/i;
const keyName = /^(?:s3_?|bucket_?|object_?)?keys?$|^object_?name$/i;
const prefixName = /^(?:s3_?)?prefix$/i;

/** Which way a call goes whose own words say something else, or nothing: Airflow's hooks, operators and sensors. */
const known: [RegExp, Access][] = [
  [/^load_(?:string|bytes|file|file_obj)$/, 'write'],
  [/^check_for_(?:key|wildcard_key|prefix)$|^select_key$/, 'read'],
  [/^S3\w*Sensor(?:Async)?$|^S3(?:To|List|Get)\w*$/, 'read'],
  [/ToS3Operator$|^S3(?:Create|Delete|Put)\w*$/, 'write'],
];

/** Calls of other libraries that are given a bucket and a key or prefix by name: `hook.read_key(key=…, bucket_name=…)`. */
export function namedRequests(call: Call, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  const given = (shape: RegExp): Located | undefined => {
    const arg = call.args.find((entry) => shape.test(entry.name ?? ''));
    return arg && { expr: arg.value, env, module };
  };
  const at: Located = { expr: call, env, module };
  const name = calleeName(call);
  const how = `${name}(bucket=…)`;
  const from = given(/^source_bucket_(?:name|key)$/);
  const to = given(/^dest_bucket_(?:name|key)$/);
  if (from && to)
    return (['source', 'dest'] as const).map((end) => ({
      access: end === 'source' ? 'read' : 'write',
      bucket: given(new RegExp(`^${end}_bucket_name$`)),
      key: given(new RegExp(`^${end}_bucket_key$`)),
      at,
      how,
    }));
  const output = given(/^Output(?:S3)?Bucket(?:Name)?$/);
  const result = given(/^Output(?:S3)?Key$/);
  const under = given(/^Output(?:S3)?KeyPrefix$/);
  if (output && (result || under))
    return [
      {
        access: 'write',
        bucket: output,
        ...(result ? { key: result } : under ? { prefix: under } : {}),
        at,
        how,
      },
    ];
  const bucket = given(bucketName) ?? given(/^dest_(?:s3_)?bucket$/);
  const key = given(keyName) ?? given(/^dest_(?:s3_)?key$/);
  const prefix = key ? undefined : given(prefixName);
  if (!bucket || !(key || prefix) || !speaksS3(module) || definedHere(call, env, module, e)) return [];
  const access = known.find(([shape]) => shape.test(name))?.[1] ?? accessOfCall(name, name);
  if (!access) return [];
  if (prefix) return [{ access, bucket, prefix, at, how }];
  if (!key) return [];
  return e.elements(key).map((element) => ({ access, bucket, key: element, at, how }));
}

/** `multerS3({ bucket, key(req, file, cb) { cb(null, `…`); } })`: keys are what the callback is given. */
export function uploadRequests(call: Call, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  if (!/^multerS3$/i.test(calleeName(call)) || !fromS3Package(call, module)) return [];
  const [options] = call.args;
  if (!options) return [];
  const holder: Located = { expr: options.value, env, module };
  const bucket = e.entry(holder, 'bucket');
  const key = e.entry(holder, 'key');
  const functions = key
    ? e.evaluate(key).flatMap((value) => (value.t === 'function' ? [value.scope] : []))
    : [];
  const answers = functions.flatMap((scope) => answersOf(scope, module));
  const at: Located = { expr: call, env, module };
  const how = 'multerS3({…})';
  if (answers.length === 0) return [{ access: 'write', bucket, key, at, how }];
  return answers.map((answer) => ({ access: 'write', bucket, key: { ...at, expr: answer }, at, how }));
}

/** What a function in Node's old style gives to its callback, its last parameter. */
function answersOf(scope: Scope, module: Module): Expr[] {
  const callback = scope.params.at(-1)?.name;
  return module.calls.flatMap(({ callee, args, block }) => {
    const own = callee.kind === 'name' && callee.name === callback && within(block.scope, scope);
    const answer: Argument | undefined = own ? args[1] : undefined;
    return answer ? [answer.value] : [];
  });
}

function within(inner: Scope, outer: Scope): boolean {
  for (let scope: Scope | undefined = inner; scope; scope = scope.parent) if (scope === outer) return true;
  return false;
}

/** Django's storage classes: what stands under `location` in a bucket is read and written. */
export function storageRequests(module: Module): Request[] {
  const found: Request[] = [];
  const walk = (scope: Scope): void => {
    for (const inner of [...scope.scopes.values()].flat()) {
      if (inner.kind === 'class' && inner.bases.some(isS3Storage)) found.push(...ofClass(inner));
      walk(inner);
    }
  };
  const ofClass = (scope: Scope): Request[] => {
    const member = (name: string): Located | undefined => {
      const expr = scope.bindings.get(name)?.at(-1)?.value;
      return expr && { expr, env: undefined, module };
    };
    const here: Expr = { kind: 'name', name: scope.name, block: { scope }, line: scope.line, at: 0 };
    const at: Located = { expr: here, env: undefined, module };
    const bucket = member('bucket_name');
    const elsewhere: Value[] = [unknown('set by AWS_STORAGE_BUCKET_NAME', 'AWS_STORAGE_BUCKET_NAME')];
    return (['read', 'write'] as const).map((access) => ({
      access,
      ...(bucket ? { bucket } : { bucketValues: elsewhere }),
      prefix: member('location') ?? 'all',
      folder: true,
      at,
      how: `class ${scope.name}`,
    }));
  };
  if (speaksS3(module)) walk(module.root);
  return found;
}

const isS3Storage = (base: Expr): boolean =>
  (base.kind === 'name' || base.kind === 'member') && /S3\w*Storage$/.test(base.name);
