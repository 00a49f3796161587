import type { Evaluator } from '../evaluate/evaluator.ts';
import { calleeName, encloses } from '../evaluate/scopes.ts';
import { type Env, type Located, plain } from '../evaluate/values.ts';
import type { Call, Expr, MapExpr, Module } from '../syntax/ir.ts';
import { definedHere } from './defined.ts';
import { isOthers } from './libraries.ts';
import { type Access, lists, operationAccess, operationKey } from './operations.ts';
import type { Request } from './request.ts';
import { chainOf, laterSteps, rootOf, type Step } from './steps.ts';
import { spelled } from './things.ts';

type At = (expr: Expr) => Located;

/**
 * What a call of any AWS SDK asks of S3 where its parameters stand in a map: JavaScript's commands, methods, `Upload`,
 * presigners and paginators.
 */
export function mapRequests(call: Call, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  const name = calleeName(call);
  const at: At = (expr) => ({ expr, env, module });
  const presigned = /^(?:getSignedUrl|getSignedUrlPromise|createPresignedPost)$/.test(name);
  const operation = /^paginateListObjects/.test(name)
    ? name.slice('paginate'.length)
    : /^waitUntilObject(?:Not)?Exists$/.test(name)
      ? 'headObject'
      : presigned
        ? signedOperation(call, name, at, e)
        : name;
  const access = operation === undefined ? undefined : operationAccess(operation);
  if (!access || operation === undefined) return [];
  for (const arg of call.args) {
    if (arg.value.kind === 'text' || arg.value.kind === 'literal' || arg.value.kind === 'function') continue;
    const holder = at(arg.value);
    const params = e.entry(holder, 'params') ?? holder;
    const found = memberRequests(
      operation,
      access,
      (key) => e.entry(params, key),
      at(call),
      `${name}({…})`,
      e,
    );
    if (found.length > 0) return found;
  }
  return [];
}

function signedOperation(call: Call, name: string, at: At, e: Evaluator): string | undefined {
  if (name === 'createPresignedPost') return 'postObject';
  const [first] = call.args;
  return first ? plain(e.evaluate(at(first.value))[0]) : undefined;
}

/** A literal of an SDK's input type: Go's `&s3.GetObjectInput{…}`, Rust's `GetObjectRequest { … }`. */
export function inputRequests(map: MapExpr, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  const { type } = map;
  const access = type === undefined ? undefined : operationAccess(type);
  if (!access || type === undefined || !/(?:Input|Request)$/.test(type)) return [];
  const at: Located = { expr: map, env, module };
  const holder = variableOf(map, at);
  const member = (key: string): Located | undefined =>
    e.entry(holder, key) ??
    e.entry(holder, snake(key)) ??
    e.entry(holder, key.charAt(0).toLowerCase() + key.slice(1));
  return memberRequests(type, access, member, at, `${type}{…}`, e);
}

/** The variable that a literal is bound to, with what is assigned to its fields later. */
function variableOf(map: MapExpr, at: Located): Located {
  for (const [name, bindings] of map.block.scope.bindings)
    if (bindings.some((binding) => binding.value === map)) {
      const { line } = map;
      return { ...at, expr: { kind: 'name', name, block: map.block, line, at: Number.MAX_SAFE_INTEGER } };
    }
  return at;
}

const snake = (key: string): string => key.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();

/** The requests of one operation whose parameters have AWS's own names. */
export function memberRequests(
  operation: string,
  access: Access,
  member: (key: string) => Located | undefined,
  at: Located,
  how: string,
  e: Evaluator,
): Request[] {
  const bucket = member('Bucket');
  // A wrapper may know its bucket itself; a key that is spelled so is nobody else's.
  if (!bucket && !member('Key')) return [];
  if (lists(operation)) return [{ access, bucket, prefix: member('Prefix') ?? 'all', at, how }];
  const found: Request[] = [];
  const source = member('CopySource');
  if (source) found.push({ access: 'read', source, at, how });
  const objects = member('Delete');
  if (objects) {
    const list = e.entry(objects, 'Objects') ?? e.entry(objects, 'objects');
    const keys = list
      ? e.elements(list).map((item) => e.entry(item, 'Key') ?? e.entry(item, 'key'))
      : [undefined];
    // no keys to be seen is a key that is not known
    const known = keys.length > 0 ? keys : [undefined];
    found.push(...known.map((key): Request => ({ access, bucket, key, listed: true, at, how })));
    return found;
  }
  const key = member('Key');
  if (key || objectOperation(operation)) found.push({ access, bucket, key, at, how });
  return found;
}

const objectOperation = (operation: string): boolean =>
  /object|upload|download/.test(operationKey(operation));

/**
 * What a chain of calls asks of S3: Java's `GetObjectRequest.builder().bucket(b).key(k).build()` and `with…` style, and Rust's
 * `client.get_object().bucket(b).key(k).send()`. `call` is the outermost of the chain.
 */
export function chainRequests(call: Call, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  const steps = chainOf(call);
  const start = steps.findIndex(
    (step) => step.name === 'builder' || (step.call.args.length === 0 && operationAccess(step.name)),
  );
  const first = steps[Math.max(start, 0)];
  if (!first) return [];
  // Rust's clients are asked by chains alone: `download_file(url)` is somebody's own, unless it has a bucket's place too.
  const given = module.language === 'rust' && start < 0 ? first.call : undefined;
  if (given && (given.args.length < 2 || isOthers(module) || definedHere(given, env, module, e))) return [];
  const operation =
    first.name === 'builder' && first.call.callee.kind === 'member'
      ? spelled(first.call.callee.object)
      : first.name;
  const access = operationAccess(operation);
  if (!access || !/(?:Request|Args|_[a-z0-9]+)$/.test(operation)) return [];
  const all = [...steps.slice(Math.max(start, 0)), ...laterSteps(call, module)];
  return stepRequests(operation, access, all, { expr: call, env, module }, e, first);
}

/** Java: `s3.getObject(r -> r.bucket(b).key(k), …)`. */
export function lambdaRequests(call: Call, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  const name = calleeName(call);
  const access = operationAccess(name);
  if (!access) return [];
  for (const arg of call.args) {
    if (arg.value.kind !== 'function') continue;
    const { scope } = arg.value;
    const [body] = scope.returns;
    const [variable] = scope.params;
    const steps =
      body?.kind === 'call'
        ? chainOf(body)
        : module.calls
            .filter((later) => encloses(scope, later.block.scope) && rootOf(later) === variable?.name)
            .map((later) => ({ name: calleeName(later), call: later }));
    const at = { expr: body?.kind === 'call' ? body : call, env, module };
    const found = stepRequests(name, access, steps, at, e, undefined);
    if (found.length > 0) return found;
  }
  return [];
}

function stepRequests(
  operation: string,
  access: Access,
  steps: readonly Step[],
  at: Located,
  e: Evaluator,
  opening: Step | undefined,
): Request[] {
  const step = (...names: string[]): Located | undefined => {
    const found = steps.findLast((entry) => names.includes(entry.name) && entry.call.args.length > 0);
    const value = found?.call.args[0]?.value;
    return value && { ...at, expr: value };
  };
  const given = opening?.call.args.map((arg): Located => ({ ...at, expr: arg.value })) ?? [];
  const how = `${operation}…`;
  const found: Request[] = [];
  const sourceBucket = step('sourceBucket', 'withSourceBucketName', 'source_bucket');
  if (sourceBucket)
    found.push({ access: 'read', bucket: sourceBucket, key: step('sourceKey', 'withSourceKey'), at, how });
  const source = step('copySource', 'copy_source');
  if (source) found.push({ access: 'read', source, at, how });
  const bucket =
    step(
      'bucket',
      'withBucketName',
      'withBucket',
      'destinationBucket',
      'withDestinationBucketName',
      'set_bucket',
    ) ?? given[0];
  if (!bucket) return found;
  if (lists(operation)) {
    const folder = step('s3Prefix');
    const prefix = folder ?? step('prefix', 'withPrefix', 'set_prefix') ?? given[1] ?? 'all';
    found.push({ access, bucket, prefix, folder: folder !== undefined, at, how });
    return found;
  }
  const keys =
    step('key', 'withKey', 'destinationKey', 'withDestinationKey', 'set_key', 'object') ?? given[1];
  if (operationKey(operation) === 'deleteobjects') {
    const listed = step('delete', 'withKeys');
    return [
      ...found,
      ...deletedKeys(listed, e).map((key): Request => ({ access, bucket, ...key, listed: true, at, how })),
    ];
  }
  found.push({ access, bucket, key: keys, at, how });
  return found;
}

/** The keys inside a `Delete` that was itself built by a chain: every `.key(…)` in it. */
function deletedKeys(listed: Located | undefined, e: Evaluator): Pick<Request, 'key' | 'keyValues'>[] {
  if (!listed) return [{ key: undefined }];
  const found: Pick<Request, 'key'>[] = [];
  const walk = (at: Located, depth: number): void => {
    const { expr } = at;
    const inside = (inner: Expr): void => walk({ ...at, expr: inner }, depth + 1);
    if (depth > 20) return;
    if (expr.kind === 'call') {
      if (expr.callee.kind === 'member') {
        if (expr.callee.name === 'key' && expr.args[0])
          found.push({ key: { ...at, expr: expr.args[0].value } });
        inside(expr.callee.object);
      }
      // The text of an error never holds a key.
      if (!/^(?:map_err|expect|(?:with_)?context|ok_or(?:_else)?|unwrap_or_else)$/.test(calleeName(expr)))
        for (const arg of expr.args) inside(arg.value);
    } else if (expr.kind === 'list') expr.items.forEach(inside);
    else if (expr.kind === 'text') found.push({ key: at });
    else if (expr.kind === 'function') expr.scope.returns.forEach(inside);
    else if (expr.kind === 'name') for (const value of e.names.sources(at)) walk(value, depth + 1);
  };
  walk(listed, 0);
  return found.length > 0 ? found : [{ key: undefined }];
}
