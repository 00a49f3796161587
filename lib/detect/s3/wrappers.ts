import type { Evaluator } from '../evaluate/evaluator.ts';
import { calleeName, classAround, isReceiver } from '../evaluate/scopes.ts';
import type { Env, Located } from '../evaluate/values.ts';
import { isProduct } from '../product.ts';
import type { Call, Expr, Module, Scope } from '../syntax/ir.ts';
import { definedHere } from './defined.ts';
import { isS3Package, speaksS3 } from './libraries.ts';
import { operationKey } from './operations.ts';
import type { Request } from './request.ts';
import { spelled } from './things.ts';
import { accessOfCall } from './uris.ts';

/**
 * What a client of somebody's library asks of S3, known by its own name or by that of its type: `s3Client.read(path)`. Its bucket
 * is its own, unless it is given one.
 */
export function wrapperRequests(call: Call, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  const name = calleeName(call);
  if (wrapperCall(call, module, e) === undefined || /object|multipart|part$/.test(operationKey(name)))
    return [];
  const access = accessOfCall(name, name);
  if (access === undefined || definedHere(call, env, module, e) || isRead(call, env, module, e)) return [];
  const given = call.args
    .filter((arg) => !/^ctx$|context/i.test(spelled(arg.value)))
    .map((arg): Given => ({ name: arg.name ?? spelled(arg.value), at: { expr: arg.value, env, module } }));
  const key = keyOf(given, e);
  if (key === undefined) return [];
  const bucket = given.find((other) => other !== key && /bucket/i.test(other.name))?.at;
  const at: Located = { expr: call, env, module };
  const under = /^list/i.test(name) ? { prefix: key.at } : { key: key.at };
  return [{ access, bucket, ...under, at, how: `${name}(…)` }];
}

/** Whether other readings know what the method is called on, or it stands in a library whose functions take addresses. */
function isRead({ callee }: Call, env: Env | undefined, module: Module, e: Evaluator): boolean {
  let root = callee;
  while (root.kind === 'member') root = root.object;
  const { name = '' } = root.kind === 'name' ? root : {};
  if (module.imports.some(({ local, from }) => local === name && from.startsWith('awswrangler'))) return true;
  return (
    callee.kind === 'member' &&
    e.evaluate({ expr: callee.object, env, module }).some(({ t }) => t === 'thing')
  );
}

interface Given {
  /** The keyword, or how the argument is spelled. */
  name: string;
  at: Located;
}

/**
 * The one argument that looks like a path, by its value or else by its name; what follows a bucket; the only one that there is.
 */
function keyOf(given: readonly Given[], e: Evaluator): Given | undefined {
  const texts = given.filter(({ at }) =>
    /^(?:text|template|name|member|call|binary|either|index)$/.test(at.expr.kind),
  );
  const paths = texts.filter(({ at }) => e.texts(at).some(isPath));
  if (paths.length > 0) return paths.length === 1 ? paths[0] : undefined;
  const named = texts.filter(({ name }) => keyName.test(name));
  if (named.length > 0) return named.length === 1 ? named[0] : undefined;
  const bucket = given.findIndex(({ name }) => /bucket/i.test(name));
  if (bucket >= 0) return given[bucket + 1];
  return given.length === 1 && !/request|params|options|args|input|file$|stream/i.test(given[0]?.name ?? '')
    ? texts[0]
    : undefined;
}

const keyName = /(?:^|[_.])(?:key|path|prefix|object_?name)|(?:Key|Path|Prefix|ObjectName)$/;

/** Whether a text has a slash or an ending in what is known of it, and is neither an address nor a sentence. */
function isPath(pieces: readonly unknown[]): boolean {
  const known = pieces.filter((piece) => typeof piece === 'string').join('*');
  return /[^/]\/|\/[^/]|\w\.\w{2,8}$/.test(known) && !/\s|:\/\/|^\{/.test(known);
}

/** What a client does that is called after S3, or whose type is; undefined for any other call. */
export function wrapperCall(call: Call, module: Module, e: Evaluator): string | undefined {
  const { callee, args } = call;
  if (callee.kind !== 'member' || args.length === 0 || !isProduct(module.path)) return undefined;
  const { object, name } = callee;
  if (!verb.test(name) || notAccess.test(name.replace(/ur[li](?:promise|async|s)?$/i, ''))) return undefined;
  const said = object.kind === 'call' ? calleeName(object) : spelled(object).split('.').at(-1);
  if (said === undefined || said === '') return undefined;
  if (isCalledS3(said)) return `${name}(…)`;
  const type = typeOf(object, call);
  return type !== undefined && isS3Type(type, call.block.scope, module, e) ? `${name}(…)` : undefined;
}

/** `s3`, `s3Client`, `_s3_store`, `privateS3Bucket`, `getS3Client()`. */
const isCalledS3 = (name: string): boolean =>
  /^_?(?:get_?)?(?:[a-z]+_)?(?:aws_?)?s3(?:_?(?:client|store|storage|bucket|service|helper|utils?|wrapper|api|gateway|reader|writer|uploader|downloader|repository|manager))?$/i.test(
    name,
  );

const verb =
  /^(?:get|head|read|write|put|upload|download|delete|remove|copy|move|list|presign|exists|fetch|save|store|load)(?:$|_?(?:pre_?signed|signed|objects?|files?|folder|director\w*|part|multipart|all|stream|bytes|keys?|content|string|data|json|blob|lines|(?:to|from|in)_?S3)\w*$)/i;

const notAccess =
  /client|config|bucket|resource|session|ur[li]|path|prefix|name|error|option|param|event|polic|mock|stub|setting|env|credential|secret/i;

/** The declared type of what a method is called on, or what it is made by. */
function typeOf(object: Expr, { block }: Call): string | undefined {
  if (object.kind === 'name') {
    for (let scope: Scope | undefined = object.block.scope; scope; scope = scope.parent) {
      const type = ownType(object.name, scope);
      if (type !== undefined) return type;
    }
    return undefined;
  }
  if (object.kind !== 'member' || object.object.kind !== 'name') return undefined;
  const owner = isReceiver(object.object.name, block) ? classAround(block) : undefined;
  return owner && ownType(object.name, owner);
}

function ownType(name: string, scope: Scope): string | undefined {
  const declared =
    scope.kind === 'class'
      ? scope.fieldTypes.get(name)
      : (scope.params.find((param) => param.name === name)?.type ??
        scope.declared?.find((variable) => variable.name === name)?.type);
  const made = scope.bindings.get(name)?.at(-1)?.value;
  // A field that the constructor is handed.
  if (declared === undefined && made?.kind === 'name' && scope.kind === 'class')
    return [...(scope.scopes.get('constructor') ?? []), ...(scope.scopes.get('__init__') ?? [])]
      .flatMap(({ params }) => params)
      .find((param) => param.name === made.name)?.type;
  if (declared !== undefined || made?.kind !== 'call') return declared;
  return made.callee.kind === 'name' || made.callee.kind === 'member' ? spelled(made.callee) : undefined;
}

/** Whether a type is called after S3, comes from a package for S3, or is a store in a file that imports one. */
function isS3Type(type: string, from: Scope, module: Module, e: Evaluator): boolean {
  const [, packaged, name = ''] = /(?:\b(\w+)\.)?\b([A-Z]\w*)/.exec(type.replace(/<.*$/, '')) ?? [];
  if (name === '' || model.test(name)) return false;
  if (/S3/.test(name)) return true;
  const local = packaged ?? name;
  // Rust's builders and writers are read by their chains.
  if (
    module.language !== 'rust' &&
    module.imports.some((entry) => isCalled(entry.local, local) && isS3Package(entry.from))
  )
    return true;
  // A model of uploads may be called so too: only Go's interfaces and what embeds them have methods that are not seen.
  if (module.language !== 'go' || !/Store|Storage|Bucket|Object|Blob|Upload|Download/.test(name))
    return false;
  const own = e.names.classOf(type, from);
  return own !== undefined && speaksS3(own.module);
}

/** Go's packages are called by a word of their path: `s3` of `example.com/go-s3`. */
const isCalled = (local: string, name: string): boolean => local.split('-').includes(name);

/** Types of what is sent and answered. */
const model =
  /(?:Request|Input|Output|Response|Result|Summary|Object|Event|Command|Exception|Error|Config\w*|Properties|Builder|Listing|Metadata|Ur[il]|UR[IL]|Record|Entity|Notification|Key|Path|Location|Options|Params|Factory)s?$/;
