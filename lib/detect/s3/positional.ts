import type { Evaluator } from '../evaluate/evaluator.ts';
import { calleeName } from '../evaluate/scopes.ts';
import type { Env, Located, Value } from '../evaluate/values.ts';
import type { Call, Module } from '../syntax/ir.ts';
import { definedHere } from './defined.ts';
import { speaksS3 } from './libraries.ts';
import { type Access, lists, operationAccess, operationKey } from './operations.ts';
import type { Request } from './request.ts';
import { spelled } from './things.ts';

/**
 * Clients that take bucket and key by position: Java's older one and its templates, MinIO in any language.
 * `s3.getObject(bucket, key)`, `new PutObjectRequest(bucket, key, file)`, `mc.PutObject(ctx, bucket, key, …)`.
 */
export function positionalRequests(
  call: Call,
  module: Module,
  env: Env | undefined,
  e: Evaluator,
): Request[] {
  const name = calleeName(call);
  const rule = ruleFor(name, module);
  if (!rule) return [];
  const positional = call.args
    .filter((arg) => arg.name === undefined)
    .map((arg): Located => ({ expr: arg.value, env, module }));
  if (module.language === 'go' && /^ctx$|context/i.test(spelled(call.args[0]?.value ?? call.callee)))
    positional.shift();
  const chain = call.callee.kind === 'member' ? spelled(call.callee.object) : '';
  if (call.callee.kind === 'name' && (module.language !== 'java' || definedHere(call, env, module, e)))
    return [];
  if (call.callee.kind === 'member' && !clientName.test(chain) && !(chain !== '' && isMinio(module)))
    return [];
  const at: Located = { expr: call, env, module };
  const how = `${name}(…)`;
  const [bucket, key, third, fourth] = positional;
  if (!bucket || !isText(bucket, e)) return [];
  if (rule === 'list') {
    // one argument is a request, unless it is a bucket's name for certain
    if (!key && e.evaluate(bucket).some((value) => value.t !== 'text')) return [];
    const prefix = key && isText(key, e) ? key : namedPrefix(call, key, at, e);
    if (!prefix && !isMinio(module) && e.evaluate(bucket).every((value) => value.t !== 'text')) return [];
    return [{ access: 'read', bucket, prefix: prefix ?? 'all', at, how }];
  }
  if (!key || !isText(key, e)) return [];
  if (rule !== 'copy') return [{ access: rule, bucket, key, at, how }];
  if (third && fourth)
    return [
      { access: 'read', bucket, key, at, how },
      { access: 'write', bucket: third, key: fourth, at, how },
    ];
  // MinIO names where to first, then /bucket/key that it copies from
  const source: Request[] = third && isText(third, e) ? [{ access: 'read', source: third, at, how }] : [];
  return [...source, { access: 'write', bucket, key, at, how }];
}

const clientName = /s3|client|amazon|transfer|manager|tm\b|template|storage|bucket|minio|\bmc\b/i;

const isMinio = (module: Module): boolean => module.imports.some(({ from }) => /minio/.test(from));

function ruleFor(name: string, module: Module): Access | 'copy' | 'list' | undefined {
  if (module.language === 'java') return Object.hasOwn(java, name) ? java[name] : undefined;
  const operation = operationKey(name);
  if (!/object|presigned/.test(operation) || !speaksS3(module)) return undefined;
  if (lists(name)) return 'list';
  return operation === 'copyobject' ? 'copy' : operationAccess(name);
}

/** MinIO: `listObjects(bucket, { prefix })`, `list_objects(bucket, prefix=…)`. */
function namedPrefix(
  call: Call,
  options: Located | undefined,
  at: Located,
  e: Evaluator,
): Located | undefined {
  const named = call.args.find((arg) => arg.name === 'prefix');
  if (named) return { ...at, expr: named.value };
  return options && (e.entry(options, 'Prefix') ?? e.entry(options, 'prefix'));
}

/** Something that could be a bucket or key: not a map, list or new request object. */
function isText(at: Located, e: Evaluator): boolean {
  const { expr } = at;
  if (expr.kind === 'function') return false;
  const made =
    expr.kind === 'call' &&
    /^(?:build|builder|any\w*|mock|of)$|(?:Request|Args|Builder)$/.test(calleeName(expr));
  return e
    .evaluate(at)
    .some(
      (value: Value) =>
        value.t === 'text' || (value.t === 'unknown' && !made && !/Request|Args/i.test(spelled(expr))),
    );
}

const java: Record<string, Access | 'copy' | 'list'> = {
  getObject: 'read',
  getObjectAsString: 'read',
  getObjectMetadata: 'read',
  getObjectTagging: 'read',
  doesObjectExist: 'read',
  objectExists: 'read',
  download: 'read',
  downloadFile: 'read',
  read: 'read',
  createSignedGetURL: 'read',
  GetObjectRequest: 'read',
  GetObjectMetadataRequest: 'read',
  GeneratePresignedUrlRequest: 'read',
  getObjectAcl: 'read',
  GetObjectAclRequest: 'read',
  GetObjectTaggingRequest: 'read',
  putObject: 'write',
  deleteObject: 'write',
  deleteVersion: 'write',
  restoreObject: 'write',
  restoreObjectV2: 'write',
  setObjectAcl: 'write',
  setObjectTagging: 'write',
  DeleteVersionRequest: 'write',
  RestoreObjectRequest: 'write',
  SetObjectAclRequest: 'write',
  SetObjectTaggingRequest: 'write',
  AbortMultipartUploadRequest: 'write',
  CompleteMultipartUploadRequest: 'write',
  ListPartsRequest: 'write',
  upload: 'write',
  uploadDirectory: 'write',
  store: 'write',
  createSignedPutURL: 'write',
  PutObjectRequest: 'write',
  DeleteObjectRequest: 'write',
  InitiateMultipartUploadRequest: 'write',
  generatePresignedUrl: 'read',
  copyObject: 'copy',
  CopyObjectRequest: 'copy',
  listObjects: 'list',
  listObjectsV2: 'list',
  listNextBatchOfObjects: 'list',
  listVersions: 'list',
  listNextBatchOfVersions: 'list',
  ListObjectsRequest: 'list',
  ListVersionsRequest: 'list',
};
