import type { Evaluator } from '../evaluate/evaluator.ts';
import { calleeName } from '../evaluate/scopes.ts';
import { type Env, type Located, plain } from '../evaluate/values.ts';
import type { Call, Expr, Module } from '../syntax/ir.ts';
import { operationAccess } from './operations.ts';
import type { Request } from './request.ts';
import { memberRequests } from './sdk.ts';

/** Members of AWS's requests that a wrapper may be given by name, instead of in a map. */
const members = ['Bucket', 'Key', 'Prefix', 'CopySource', 'Delete'];

/**
 * Calls of a wrapper that is given the service and the operation by name, with the parameters behind them:
 * `provider.request('S3', 'putObject', params)`, `api.call("s3", "put_object", Bucket=…)`.
 */
export function throughRequests(call: Call, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  const named = namedOperation(call);
  if (named === undefined) return [];
  const at = (expr: Expr): Located => ({ expr, env, module });
  const given = [...named.rest, ...call.args.flatMap(({ name, value }) => (name ? [value] : []))].map(at);
  for (const operation of e.evaluate(at(named.operation)).map(plain)) {
    const access = operation === undefined ? undefined : operationAccess(operation);
    if (operation === undefined || access === undefined) continue;
    const how = `${calleeName(call)}('S3', '${operation}', …)`;
    const byName = (key: string): Located | undefined => {
      const arg = call.args.find(({ name }) => name === key);
      return arg && at(arg.value);
    };
    const inMap = (holder: Located) => (key: string) => e.entry(holder, key);
    for (const member of members.some(byName) ? [byName] : given.map(inMap)) {
      const found = memberRequests(operation, access, member, at(call), how, e);
      if (found.length > 0) return found;
    }
  }
  return [];
}

/** What such a call says where its parameters are not read; undefined for any other call. */
export function unreadOperation(call: Call, module: Module, e: Evaluator): string | undefined {
  const named = namedOperation(call);
  if (named === undefined) return undefined;
  const known = e.evaluate({ expr: named.operation, env: undefined, module }).map(plain);
  const may = known.some((word) => word === undefined || operationAccess(word) !== undefined);
  const operation = known.find((word) => word !== undefined && operationAccess(word) !== undefined) ?? '…';
  return may ? `${calleeName(call)}('S3', '${operation}')` : undefined;
}

/** The operation that stands behind the name of the service, and what follows it. */
function namedOperation({ args }: Call): { operation: Expr; rest: Expr[] } | undefined {
  const positional = args.flatMap(({ name, value }) => (name === undefined ? [value] : []));
  const at = positional.findIndex((expr) => expr.kind === 'text' && /^s3$/i.test(expr.value));
  const operation = at < 0 ? undefined : positional[at + 1];
  const isName = operation !== undefined && /^(?:text|name|member|either)$/.test(operation.kind);
  return isName && args.length > 2 ? { operation, rest: positional.slice(at + 2) } : undefined;
}
