import type { Evaluator } from '../evaluate/evaluator.ts';
import { calleeName, outerCalls } from '../evaluate/scopes.ts';
import type { Call, Expr, Module, Scope } from '../syntax/ir.ts';
import type { Unresolved } from '../types.ts';
import { definedHere } from './defined.ts';
import { fromS3Package, speaksS3 } from './libraries.ts';
import { operationAccess, operationKey } from './operations.ts';
import { unreadOperation } from './through.ts';
import { isLog } from './uris.ts';
import { wrapperCall } from './wrappers.ts';

/**
 * Calls that look like access to S3 and that no reading understood: each is said with its line, for a path that is missed
 * in silence is a grant that nobody makes. `read` holds the calls and literals that gave a request.
 */
export function unreadCalls(module: Module, read: ReadonlySet<Expr>, e: Evaluator): Unresolved[] {
  const speaks = speaksS3(module);
  const imported = new Set(module.imports.map(({ local }) => local));
  const outer = outerCalls([module]);
  const isRead = (expr: Expr): boolean => {
    for (let here: Expr | undefined = expr; here; here = outer.get(here)) if (read.has(here)) return true;
    return false;
  };
  const found: Unresolved[] = [];
  for (const call of module.calls) {
    e.startPlace(call.line);
    const through = unreadOperation(call, module, e);
    const what =
      through ??
      (speaks ? suspicion(call, module) : undefined) ??
      wrapperCall(call, module, e) ??
      helper(call, imported) ??
      contents(call);
    if (what === undefined || isRead(call) || isLog(call)) continue;
    if (call.args.some((arg) => leadsToRead(arg.value, isRead, 0))) continue;
    if (through === undefined && definedHere(call, undefined, module, e)) continue;
    const { line } = call;
    found.push({
      path: module.path,
      line,
      what,
      why: 'it looks like S3 access, but in an unsupported form',
    });
  }
  return found;
}

/** What a call looks like by its name and the names of its arguments; undefined where it is nothing of S3's. */
function suspicion(call: Call, module: Module): string | undefined {
  const name = calleeName(call);
  const operation = operationKey(name);
  const chained = module.language === 'rust' || module.language === 'java';
  const onObjects =
    /object|multipart|(?:up|down)loadfile|uploadpart/.test(operation) && operationAccess(name) !== undefined;
  const { callee } = call;
  if (name === 'filter' && callee.kind === 'member' && isCollection(callee.object, call))
    return `${name}(Prefix=…)`;
  if (name === 'Upload' && module.imports.some(({ from }) => from === '@aws-sdk/lib-storage'))
    return 'Upload(…)';
  if (onObjects && (call.args.length > 0 || (chained && /_/.test(name)))) return `${name}(…)`;
  if (/^(?:createPresignedPost|getSignedUrl(?:Promise)?)$/.test(name) && call.args.length > 1)
    return `${name}(…)`;
  if (/bucket|^Object(?:Summary|Version)?$/i.test(name)) return undefined;
  const own = fromS3Package(call, module);
  // A wrapper in somebody's package, as Go calls it: by position.
  if (own && module.language === 'go' && verbs.test(name) && call.args.length > 1) return `${name}(…)`;
  const names = namesGiven(call, own);
  const bucket = names.some((word) => /^(?:\w+_)?bucket(?:_?name)?$/i.test(word));
  if (!bucket) return undefined;
  const key = names.some((word) => /^(?:\w+_)?(?:keys?|prefix|object(?:_?name)?|path)$/i.test(word));
  return key || own ? `${name}(bucket…)` : undefined;
}

/** boto's older keys: `key.set_contents_from_string(text)`. */
const contents = (call: Call): string | undefined =>
  /^(?:set_contents_from|get_contents_(?:to|as))_\w+$/.test(calleeName(call))
    ? `${calleeName(call)}(…)`
    : undefined;

/** A function of somebody's library that is called after what it does with S3: `upload_to_s3(…)`, `s3Download(…)`. */
function helper(call: Call, imported: ReadonlySet<string>): string | undefined {
  const name = calleeName(call);
  if (call.args.length === 0 || !/s3/i.test(name) || !helperName.test(name) || notAccess.test(name))
    return undefined;
  // A thing is made of a class.
  if (/^S3[A-Z][a-z]+$/.test(name) && call.block.scope.module.language !== 'go') return undefined;
  let root: Expr = call.callee;
  let field = '';
  while (root.kind === 'member') {
    if (root.object.kind === 'name' && /^(?:this|self)$/.test(root.object.name)) field = root.name;
    root = root.object;
  }
  if (root.kind !== 'name') return undefined;
  const type = fieldType(field === '' ? root.name : field, call);
  return imported.has(root.name) || (type !== undefined && imported.has(type)) ? `${name}(…)` : undefined;
}

/** The declared type of a field of the class around a call, without its type arguments. */
function fieldType(name: string, call: Call): string | undefined {
  for (let scope: Scope | undefined = call.block.scope; scope; scope = scope.parent)
    if (scope.kind === 'class') return scope.fieldTypes.get(name)?.replace(/<.*$/, '');
  return undefined;
}

/** `bucket.objects.filter(Prefix=…)` */
const isCollection = (owner: Expr, { args }: Call): boolean =>
  owner.kind === 'member' &&
  /^(?:objects|object_versions)$/.test(owner.name) &&
  args.some(({ name }) => name === 'Prefix');

const helperName =
  /(?:put|get|upload|download|save|load|read|write|copy|delete|remove|fetch|push|pull|send|store|list|sync)[a-z_]*s3|s3_?(?:put|get|upload|download|save|load|read|write|copy|delete|remove|fetch|push|pull|send|store|list|sync)/i;
const notAccess =
  /client|config|bucket|resource|session|ur[li]|path|key|prefix|name|error|option|param|event|polic|mock|stub|setting|env|credential|secret/i;

const verbs =
  /^(?:Put|Get|Upload|Download|Delete|Head|Copy|Write|Read|Store|Save|List)(?!\w*(?:Input|Bucket|Config|Option))/;

/** Keywords; members of a literal too where they are given to such a package itself: a response may hold a bucket and a key. */
function namesGiven({ args }: Call, own: boolean): string[] {
  return args.flatMap(({ name, value }) => {
    const keys = own && value.kind === 'map' ? value.entries.map(({ key }) => key) : [];
    return [name ?? '', ...keys.map((key) => (key.kind === 'text' ? key.value : ''))];
  });
}

/** Whether an argument holds, or is a name for, something that was read: a request that was built before. */
function leadsToRead(expr: Expr, isRead: (expr: Expr) => boolean, depth: number): boolean {
  if (depth > 6) return false;
  if (isRead(expr)) return true;
  const inside = (inner: Expr): boolean => leadsToRead(inner, isRead, depth + 1);
  switch (expr.kind) {
    case 'call':
      return expr.args.some((arg) => inside(arg.value)) || inside(expr.callee);
    case 'member':
      return inside(expr.object);
    case 'either':
      return expr.options.some(inside);
    case 'function':
      return expr.scope.returns.some(inside);
    case 'name':
      for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
        const bound = scope.bindings.get(expr.name);
        if (bound) return bound.some(({ value }) => inside(value));
      }
      return false;
    default:
      return false;
  }
}
