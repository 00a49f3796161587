import type { Evaluator } from '../../evaluate/evaluator.ts';
import { encloses } from '../../evaluate/scopes.ts';
import { type Located, unknown, type Value } from '../../evaluate/values.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import { importedAs } from '../things.ts';
import type { Program } from '../types.ts';
import { HANDED_IN } from './request.ts';

/** Folders of what a generator wrote: its own requests are read where its functions are called. */
const folder = /(?:^|\/)(?:__generated__|generated|gen|orval)(?:\/|$)|\.gen(?:\.[cm]?[jt]s)?$/;

/** What generators of clients write at the top of a file. */
const header =
  /orval|openapi|hey-api|swagger|kubb|kiota|autorest|(?:auto[- ]?generated|@generated).*\b(?:api|client)\b/is;
const isWritten = /generated|do not (?:edit|modify|make direct changes)/i;

const known = new WeakMap<Module, boolean>();

/** Whether a generator of clients wrote a file: by its folder, or by what it says at its top. */
export function isGeneratedClient(module: Module, { text }: Program): boolean {
  const before = known.get(module);
  if (before !== undefined) return before;
  const top = text(module.path).slice(0, 1500);
  const found =
    folder.test(module.path) ||
    (/^\s*(?:\/[*/]|['"]use)/.test(top) && header.test(comment(top)) && isWritten.test(comment(top)));
  known.set(module, found);
  return found;
}

/** The comment that a file begins with. */
const comment = (top: string): string =>
  top
    .split('\n')
    .filter((line) => /^\s*(?:\/\/|\/?\*)/.test(line))
    .join('\n');

/** The operation that a call of a generated client's function or method is; undefined where it is none. */
export function generatedOperation(call: Call, at: Located, program: Program): string | undefined {
  const { callee } = call;
  if (callee.kind !== 'name' && callee.kind !== 'member') return undefined;
  const name = importedAs(callee.kind === 'name' ? callee : callee.object, at.module);
  if (name !== undefined && callee.kind === 'name' && isNamedSo(name)) return callee.name;
  if (callee.kind === 'name' && name === undefined) return undefined;
  if (callee.kind === 'member' && name === undefined && !operations.test(callee.name)) return undefined;
  const values = program.e.evaluate({ ...at, expr: callee });
  for (const value of values) {
    if (value.t !== 'function' || !isGeneratedClient(value.scope.module, program)) continue;
    const operation = operationOf(value.scope);
    if (operation !== undefined) return operation;
  }
  return undefined;
}

/** A function that is imported from what is named like a generator's folder. */
function isNamedSo(name: string): boolean {
  const [, from = '', member = ''] = /^(.*)\.(\w+)$/.exec(name) ?? [];
  return folder.test(from) && operations.test(member);
}

/** Names of operations. */
const operations =
  /^(?:get|list|find|create|update|delete|remove|post|put|patch|search|add|set|show|read|fetch|upload|cancel|use)[A-Z]\w*$/;

/** A function that makes a request, or a hook around one. */
function operationOf(scope: Scope): string | undefined {
  const name = scope.name === '' ? (scope.key ?? '') : scope.name;
  if (asks(scope)) return name;
  const [, hooked] = /^use(\w+?)(?:Suspense|Infinite|SuspenseInfinite|Query|Mutation)?$/.exec(name) ?? [];
  if (hooked === undefined) return undefined;
  const operation = hooked.charAt(0).toLowerCase() + hooked.slice(1);
  return scope.module.root.scopes.has(operation) ? operation : undefined;
}

/** Whether a function's own code asks for something: an object with an address, or a path, is given to a call in it. */
function asks(scope: Scope): boolean {
  return scope.module.calls.some(
    ({ args, block }) =>
      encloses(scope, block.scope) &&
      args.some(
        ({ value }) =>
          (value.kind === 'map' &&
            value.entries.some(
              ({ key }) => key.kind === 'text' && /^(?:url|path|method)$/.test(key.value),
            )) ||
          (value.kind === 'text' && /^\/|^(?:GET|POST|PUT|PATCH|DELETE)$/.test(value.value)) ||
          (value.kind === 'template' &&
            value.parts[0]?.kind === 'text' &&
            value.parts[0].value.startsWith('/')),
      ),
  );
}

/** Kiota's `client.posts.byPostId(id).get()`: the path that the chain spells; undefined where it begins with no such client. */
export function kiotaPath(callee: Expr, at: Located, e: Evaluator): Expr | undefined {
  if (callee.kind !== 'member' || !/^(?:get|post|put|patch|delete)$/.test(callee.name)) return undefined;
  const segments: (string | undefined)[] = [];
  let here = callee.object;
  for (let i = 0; i < 20; i++) {
    if (here.kind === 'member') {
      segments.unshift(here.name);
      here = here.object;
    } else if (here.kind === 'call' && here.callee.kind === 'member' && /^by[A-Z]/.test(here.callee.name)) {
      segments.unshift(undefined);
      here = here.callee.object;
    } else break;
  }
  if (here.kind !== 'name' || segments.length === 0) return undefined;
  const isClient = e
    .evaluate({ ...at, expr: here })
    .some((value) => value.t === 'thing' && value.type === 'client kiota');
  if (!isClient) return undefined;
  const parts = segments.flatMap((segment) => [
    '/',
    segment ?? { why: 'a variable of the path', label: 'id' },
  ]);
  const value: Value = { t: 'text', parts };
  return { kind: 'placed', value, line: callee.line, at: callee.at };
}

/** The base of a client that nothing but its name tells of. */
export const openBase = (label: string): Value[] => [unknown(HANDED_IN, label || 'client')];
