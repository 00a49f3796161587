import type { Evaluator, Maker } from '../evaluate/evaluator.ts';
import { calleeName } from '../evaluate/scopes.ts';
import { type Located, unknown, type Value } from '../evaluate/values.ts';
import type { Call, Expr } from '../syntax/ir.ts';
import { operationKey } from './operations.ts';

/**
 * What a listing gives back: objects whose keys begin with its prefix. A key that is taken from it and handed on is as known as
 * that prefix is. Each is there once, for any of them.
 */
export const s3Listings: Maker = (call, at, e) => {
  const name = calleeName(call);
  const [first] = call.args;
  if (name === 'paginate' || /^(?:paginate|New)ListObjects/.test(name)) {
    const page = pageOf(call, at, e);
    return page && [{ t: 'thing', type: 's3-pages', props: new Map([['each', [page]]]) }];
  }
  if (name === 'send' && first?.value.kind === 'call' && isListing(calleeName(first.value))) {
    const page = pageOf(first.value, at, e);
    return page && [page];
  }
  if (call.callee.kind !== 'member') return undefined;
  if (getters.test(name) && (call.args.length === 0 || name === 'NextPage'))
    return partOf(call.callee.object, name, at, e);
  const page = isListing(name) ? pageOf(call, at, e) : undefined;
  return page && [page];
};

const isListing = (name: string): boolean => /^listobject(?:s|sv2|versions)$/.test(operationKey(name));

/** What is asked of a page or of an object in it, as the SDKs for Java and Go do, and JavaScript's `promise()`. */
const getters =
  /^(?:promise|NextPage|getObjectSummaries|contents|getKey|key|getCommonPrefixes|commonPrefixes)$/;

const members: Record<string, string> = {
  getObjectSummaries: 'Contents',
  contents: 'Contents',
  getKey: 'Key',
  key: 'Key',
  getCommonPrefixes: 'CommonPrefixes',
  commonPrefixes: 'CommonPrefixes',
};

function partOf(owner: Expr, name: string, at: Located, e: Evaluator): Value[] | undefined {
  const values = e.evaluate({ ...at, expr: owner });
  if (name === 'promise') return values;
  const found = values.flatMap((value): Value[] => {
    if (value.t === 'thing' && value.type === 's3-pages' && name === 'NextPage')
      return value.props.get('each') ?? [];
    const key = Object.hasOwn(members, name) ? members[name] : undefined;
    const entry = key !== undefined && value.t === 'map' ? e.members.mapEntry(value, key) : undefined;
    return entry ? e.evaluate(entry) : [];
  });
  return found.length > 0 ? found : undefined;
}

/** One page: `{ Contents: [{ Key }], CommonPrefixes: [{ Prefix }] }`; undefined where the call names no bucket. */
function pageOf(call: Call, at: Located, e: Evaluator): Value | undefined {
  const asked = requestOf(call, at, e);
  if (asked === undefined) return undefined;
  const any = unknown('a key of a listing', 'key');
  const keys = asked.prefix ? e.concat([e.evaluate(asked.prefix), [any]]) : [any];
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

/** The prefix that a listing asks for: by keyword, in a map of AWS's names, or by position after the bucket in Java. */
function requestOf(call: Call, at: Located, e: Evaluator): { prefix: Located | undefined } | undefined {
  const here = (expr: Expr): Located => ({ ...at, expr });
  const keyword = (name: string) => call.args.find((arg) => arg.name === name)?.value;
  if (keyword('Bucket')) {
    const prefix = keyword('Prefix');
    return { prefix: prefix && here(prefix) };
  }
  for (const { name, value } of call.args) {
    if (name !== undefined && name !== '**') continue;
    if (value.kind !== 'text' && e.entry(here(value), 'Bucket'))
      return { prefix: e.entry(here(value), 'Prefix') };
  }
  const [bucket, prefix] = call.args;
  if (at.module.language !== 'java' || !bucket) return undefined;
  const built = builtRequest(here(bucket.value), e);
  if (built || !prefix) return built;
  return e.evaluate(here(prefix.value)).some(({ t }) => t === 'text')
    ? { prefix: here(prefix.value) }
    : undefined;
}

/** `ListObjectsV2Request.builder().bucket(b).prefix(p).build()`, kept under a name or not, and `r -> r.bucket(b).prefix(p)`. */
function builtRequest(given: Located, e: Evaluator): { prefix: Located | undefined } | undefined {
  for (const source of given.expr.kind === 'name' ? e.names.sources(given) : [given]) {
    const steps = new Map<string, Expr>();
    let here: Expr | undefined = source.expr.kind === 'function' ? source.expr.scope.returns[0] : source.expr;
    while (here?.kind === 'call' && here.callee.kind === 'member') {
      const [arg] = here.args;
      if (arg) steps.set(here.callee.name, arg.value);
      here = here.callee.object;
    }
    const prefix = steps.get('prefix') ?? steps.get('withPrefix');
    if (steps.has('bucket') || steps.has('withBucketName'))
      return { prefix: prefix && { ...source, expr: prefix } };
  }
  return undefined;
}
