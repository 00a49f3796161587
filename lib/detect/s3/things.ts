import type { Maker } from '../evaluate/evaluator.ts';
import { joinParts, plain, type Value } from '../evaluate/values.ts';
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
  if (
    name === 'Bucket' ||
    name === 'Object' ||
    name === 'ObjectSummary' ||
    name === 'get_paginator' ||
    name === 'get_waiter'
  ) {
    for (const owner of e.evaluate({ ...at, expr: callee.object })) {
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

/** The names in a chain, for a guess at what it is: `self.s3.get_object`. */
export function spelled(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'member') return `${spelled(expr.object)}.${expr.name}`;
  if (expr.kind === 'call') return spelled(expr.callee);
  return '';
}
