import type { Evaluator, Maker } from '../evaluate/evaluator.ts';
import { joinParts, type Located, plain, unknown, type Value } from '../evaluate/values.ts';
import type { Expr } from '../syntax/ir.ts';

const thing = (type: string, props: [string, Value[]][] = []): Value[] => [
  { t: 'thing', type, props: new Map(props) },
];

/** Makes S3 clients, resources, buckets and objects out of the calls that create them. */
export const s3Things: Maker = (call, at, e) => {
  const { callee } = call;
  const name = callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
  const value = (i: number, key: string): Value[] => {
    const arg =
      call.args.find((entry) => entry.name === key) ??
      call.args.filter((entry) => entry.name === undefined)[i];
    return arg ? e.evaluate({ ...at, expr: arg.value }) : [];
  };
  if (name === 'client' || name === 'resource' || name === 'create_client') {
    if (plain(value(0, 'service_name')[0]) !== 's3') return undefined;
    return thing(name === 'resource' ? 's3-resource' : 's3-client');
  }
  if (name === 'S3FileSystem' || name === 'S3FS') return thing('s3fs');
  if (name === 'filesystem') {
    return /^s3/.test(plain(value(0, 'protocol')[0]) ?? '') ? thing('s3fs') : undefined;
  }
  if (name === 'url_to_fs') {
    const found = value(0, 'url').map((url) => withoutScheme(url));
    if (!found.every((candidate) => candidate !== undefined)) return undefined;
    const { line, at: offset } = call;
    const placed = (settled: Value): Located => ({
      ...at,
      expr: { kind: 'placed', value: settled, line, at: offset },
    });
    return found.map((root) => ({ t: 'list', items: [...thing('s3fs'), root].map(placed) }));
  }
  if (name === 'S3Map' || name === 'get_mapper') {
    // a store of keys, as the address of its root
    return value(0, 'root').map((root): Value => {
      if (root.t !== 'text') return root;
      const [first] = root.parts;
      const whole = typeof first === 'string' && /^s3[an]?:\/\//.test(first);
      return whole ? root : { t: 'text', parts: joinParts(['s3://'], root.parts) };
    });
  }
  if (callee.kind !== 'member') return undefined;
  if (/^(?:glob|find|ls)$/.test(name)) return pathsOf(callee.object, name, value(0, 'path'), at, e);
  if (/^(?:filter|all|limit|page_size)$/.test(name)) return listed(callee.object, value(-1, 'Prefix'), at, e);
  if (
    name === 'Bucket' ||
    name === 'Object' ||
    name === 'ObjectSummary' ||
    name === 'get_paginator' ||
    name === 'get_waiter'
  ) {
    for (const owner of e.evaluate({ ...at, expr: callee.object }).flatMap((found) => e.settle(found))) {
      if (owner.t !== 'thing' && owner.t !== 'unknown') continue;
      const type = owner.t === 'thing' ? owner.type : 'unknown';
      if (name === 'get_paginator') return thing('s3-paginator', [['operation', value(0, 'operation_name')]]);
      if (name === 'get_waiter') return thing('s3-waiter');
      if (type === 's3-bucket' && name !== 'Bucket' && owner.t === 'thing')
        return thing('s3-object', [
          ['bucket', owner.props.get('bucket') ?? []],
          ['key', value(0, 'key')],
        ]);
      if (type !== 's3-resource' && !(type === 'unknown' && /s3|resource|aws/i.test(spelled(callee.object))))
        continue;
      if (name === 'Bucket')
        return thing('s3-bucket', [
          ['bucket', value(0, 'name')],
          ['name', value(0, 'name')],
        ]);
      return thing('s3-object', [
        ['bucket', value(0, 'bucket_name')],
        ['key', value(1, 'key')],
      ]);
    }
  }
  return undefined;
};

/** The paths that an s3fs file system finds: by a pattern, or under a folder. */
function pathsOf(system: Expr, how: string, given: Value[], at: Located, e: Evaluator): Value[] | undefined {
  const isOne = e
    .evaluate({ ...at, expr: system })
    .some((value) => value.t === 'thing' && value.type === 's3fs');
  if (!isOne || given.length === 0) return undefined;
  const { line, at: offset } = at.expr;
  const found = how === 'glob' ? given : e.joinPaths([given, [unknown('a path of a listing', 'path')]]);
  return [
    {
      t: 'list',
      items: found.map((value) => ({ ...at, expr: { kind: 'placed', value, line, at: offset } })),
    },
  ];
}

/** `s3://bucket/key/` as fsspec gives it back: without the scheme and the last slash. */
function withoutScheme(url: Value): Value | undefined {
  const [first, ...rest] = url.t === 'text' ? url.parts : [];
  if (typeof first !== 'string' || !/^s3[an]?:\/\//.test(first)) return undefined;
  const parts = joinParts([first.replace(/^s3[an]?:\/\//, '')], rest);
  const last = parts.at(-1);
  if (typeof last === 'string') parts[parts.length - 1] = last.replace(/\/$/, '');
  return { t: 'text', parts };
}

/** `bucket.objects.filter(Prefix=…)`: a loop over it has objects under that prefix. */
function listed(collection: Expr, prefix: Value[], at: Located, e: Evaluator): Value[] | undefined {
  if (collection.kind !== 'member' || !/^(?:objects|object_versions)$/.test(collection.name))
    return undefined;
  const bucket = e
    .evaluate({ ...at, expr: collection.object })
    .find((value) => value.t === 'thing' && value.type === 's3-bucket');
  if (bucket?.t !== 'thing') return undefined;
  const any = unknown('a key of a listing', 'key');
  const key = prefix.length > 0 ? e.concat([prefix, [any]]) : [any];
  const each = thing('s3-object', [
    ['bucket', bucket.props.get('bucket') ?? []],
    ['key', key.map((value): Value => (value.t === 'text' ? { t: 'text', parts: [...value.parts] } : value))],
  ]);
  return thing('s3-collection', [['each', each]]);
}

/** The names in a chain, for a guess at what it is: `self.s3.get_object`. */
export function spelled(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'member') return `${spelled(expr.object)}.${expr.name}`;
  if (expr.kind === 'call') return spelled(expr.callee);
  return '';
}
