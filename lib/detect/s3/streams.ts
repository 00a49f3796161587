import type { Evaluator } from '../evaluate/evaluator.ts';
import { calleeName } from '../evaluate/scopes.ts';
import { type Env, type Located, unknown } from '../evaluate/values.ts';
import type { Call, Expr, Module } from '../syntax/ir.ts';
import type { Request } from './request.ts';
import { storeBuckets } from './stores.ts';
import { spelled } from './things.ts';

/**
 * What object_store does beside single calls: a writer that is opened on a path, `BufWriter::new(store, path)`, and
 * the deletion of whatever a stream names, which is as known as the listing that it comes from.
 */
export function streamRequests(call: Call, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  const { callee, args } = call;
  if (callee.kind !== 'member') return [];
  const at = (expr: Expr): Located => ({ expr, env, module });
  const [first, second] = args;
  if (callee.name === 'delete_stream' && first) {
    const buckets = storeBuckets(callee.object, at, e);
    if (!buckets) return [];
    const asked = { access: 'write' as const, bucketValues: buckets, at: at(call), how: 'delete_stream(…)' };
    const prefixes = listedPrefixes(at(first.value), e, 0);
    if (prefixes.length === 0)
      return [{ ...asked, keyValues: [unknown('it deletes what an unknown stream names', 'path')] }];
    return prefixes.map((prefix): Request => {
      if (prefix === 'all') return { ...asked, prefix };
      // Said where the objects are deleted, not where the listing begins.
      const keyValues = e.joinPaths([e.evaluate(prefix), [unknown('a path of a listing', 'path')]]);
      return { ...asked, keyValues };
    });
  }
  // The writer of the standard library of that name takes one thing, or a size and a thing.
  const count = { new: 2, with_capacity: 3 }[callee.name];
  if (args.length !== count || !first || !second || !/(?:^|\.)BufWriter$/.test(spelled(callee.object)))
    return [];
  const buckets = storeBuckets(first.value, at, e);
  if (!buckets) return [];
  return [
    { access: 'write', bucketValues: buckets, key: at(second.value), at: at(call), how: 'BufWriter(…)' },
  ];
}

/** The prefixes of the listings whose objects a stream hands on; none where something else is made of them. */
function listedPrefixes(stream: Located, e: Evaluator, depth: number): (Located | 'all')[] {
  const { expr } = stream;
  if (depth > 12) return [];
  if (expr.kind === 'name')
    return e.names.sources(stream).flatMap((source) => listedPrefixes(source, e, depth + 1));
  if (expr.kind !== 'call' || expr.callee.kind !== 'member') return [];
  const name = calleeName(expr);
  const [first] = expr.args;
  if (
    /^list(?:_with_offset)?$/.test(name) &&
    storeBuckets(expr.callee.object, (bucket) => ({ ...stream, expr: bucket }), e)
  ) {
    const prefix: Located | undefined = first && { ...stream, expr: first.value };
    return [!prefix || e.evaluate(prefix).every(({ t }) => t === 'null') ? 'all' : prefix];
  }
  if (/map|and_then|then/.test(name) && !(first && givesLocation(first.value, 0))) return [];
  return listedPrefixes({ ...stream, expr: expr.callee.object }, e, depth + 1);
}

/** `|meta| meta.map(|m| m.location)`: the path of each object, as it is. */
function givesLocation(expr: Expr, depth: number): boolean {
  if (depth > 6) return false;
  if (expr.kind === 'function')
    return expr.scope.returns.every((returned) => givesLocation(returned, depth + 1));
  if (expr.kind === 'member') return expr.name === 'location';
  if (expr.kind !== 'call') return false;
  const [first] = expr.args;
  if (expr.callee.kind === 'member' && /^(?:clone|to_owned)$/.test(expr.callee.name))
    return givesLocation(expr.callee.object, depth + 1);
  return (
    first !== undefined &&
    /^(?:map|map_ok|Ok|ok|ready)$/.test(calleeName(expr)) &&
    givesLocation(first.value, depth + 1)
  );
}
