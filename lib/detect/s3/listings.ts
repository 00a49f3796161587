import type { Evaluator, Maker } from '../evaluate/evaluator.ts';
import { calleeName } from '../evaluate/scopes.ts';
import { type Located, unknown, type Value } from '../evaluate/values.ts';
import type { Call } from '../syntax/ir.ts';
import { operationKey } from './operations.ts';

/**
 * What a listing gives back: objects whose keys begin with its prefix. A key that is taken from it and handed on is as known as
 * that prefix is. Each is there once, for any of them.
 */
export const s3Listings: Maker = (call, at, e) => {
  const name = calleeName(call);
  const [first, second] = call.args;
  if (name === 'paginate' || /^paginateListObjects/.test(name)) {
    const options = name === 'paginate' ? undefined : second?.value;
    const page = pageOf(call, options && { ...at, expr: options }, at, e);
    return page && [{ t: 'thing', type: 's3-pages', props: new Map([['each', [page]]]) }];
  }
  if (name === 'promise' && call.args.length === 0 && call.callee.kind === 'member')
    return e.evaluate({ ...at, expr: call.callee.object });
  if (name === 'send' && first?.value.kind === 'call' && isListing(calleeName(first.value))) {
    const [options] = first.value.args;
    const page = pageOf(first.value, options && { ...at, expr: options.value }, at, e);
    return page && [page];
  }
  if (call.callee.kind !== 'member' || !isListing(name)) return undefined;
  const options = first !== undefined && first.name === undefined ? { ...at, expr: first.value } : undefined;
  const page = pageOf(call, options, at, e);
  return page && [page];
};

const isListing = (name: string): boolean => /^listobject(?:s|sv2|versions)$/.test(operationKey(name));

/** One page: `{ Contents: [{ Key }], CommonPrefixes: [{ Prefix }] }`; undefined where the call has no bucket of AWS's name. */
function pageOf(call: Call, options: Located | undefined, at: Located, e: Evaluator): Value | undefined {
  const given = (name: string): Located | undefined => {
    const arg = call.args.find((entry) => entry.name === name);
    if (arg) return { ...at, expr: arg.value };
    const spread = call.args.find((entry) => entry.name === '**');
    const holder = spread ? { ...at, expr: spread.value } : options;
    return holder && e.entry(holder, name);
  };
  if (given('Bucket') === undefined) return undefined;
  const prefix = given('Prefix');
  const any = unknown('a key of a listing', 'key');
  const keys = prefix ? e.concat([e.evaluate(prefix), [any]]) : [any];
  const { line, at: offset } = call;
  const placed = (value: Value): Located => ({ ...at, expr: { kind: 'placed', value, line, at: offset } });
  const map = (entries: [string, Located][]): Value => ({
    t: 'map',
    entries: entries.map(([name, value]) => ({ key: placed({ t: 'text', parts: [name] }), value })),
  });
  const list = (name: string): Located =>
    placed({ t: 'list', items: keys.map((key) => placed(map([[name, placed(key)]]))) });
  return map([
    ...['Contents', 'Versions', 'DeleteMarkers'].map((name): [string, Located] => [name, list('Key')]),
    ['CommonPrefixes', list('Prefix')],
  ]);
}
