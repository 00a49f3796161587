import type { Expr } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { joinList } from './join-list.ts';
import { strip } from './strip.ts';
import { type Located, plain, text, unknown, type Value } from './values.ts';

/** What a call of Terraform's own functions gives; undefined where it is none that matters here. */
export function terraformCall(name: string, args: readonly Located[], e: Evaluator): Value[] | undefined {
  const [first, second, third] = args;
  if (!first) return undefined;
  switch (name) {
    case 'jsonencode':
    case 'yamlencode':
    case 'toset':
    case 'tolist':
    case 'distinct':
    case 'compact':
    case 'sort':
    case 'tostring':
    case 'nonsensitive':
      return e.evaluate(first);
    case 'flatten':
      return [{ t: 'list', items: e.elements(first).flatMap((item) => e.elements(item)) }];
    case 'join':
      return second ? joinList(second, e.evaluate(first), e) : undefined;
    case 'concat':
      return [{ t: 'list', items: args.flatMap((arg) => e.elements(arg)) }];
    case 'merge':
      return [
        {
          t: 'map',
          entries: args
            .flatMap((arg) => e.evaluate(arg))
            .flatMap((value) => (value.t === 'map' ? value.entries : [])),
        },
      ];
    case 'formatlist': {
      const block = { scope: first.module.root };
      const items = second ? e.elements(second) : [];
      return [
        {
          t: 'list',
          items: items.map((item): Located => {
            const { line, at } = item.expr;
            const callee: Expr = { kind: 'name', name: 'format', block, line, at };
            const args = [{ value: first.expr }, { value: item.expr }];
            return { ...item, expr: { kind: 'call', callee, args, block, line, at } };
          }),
        },
      ];
    }
    case 'coalesce':
    case 'try': {
      const known = args
        .flatMap((arg) => e.evaluate(arg))
        .filter((value) => value.t !== 'unknown' && value.t !== 'null');
      return known.length > 0 ? known.slice(0, 1) : e.evaluate(first);
    }
    case 'lookup': {
      const key = second ? plain(e.evaluate(second)[0]) : undefined;
      const found = key === undefined ? undefined : e.entry(first, key);
      return found ? e.evaluate(found) : third ? e.evaluate(third) : undefined;
    }
    case 'lower':
    case 'upper':
      return e.evaluate(first);
    case 'trimsuffix':
    case 'trimprefix': {
      const what = second ? plain(e.evaluate(second)[0]) : undefined;
      return e
        .evaluate(first)
        .map((value) => strip(value, name === 'trimsuffix' ? 'removesuffix' : 'removeprefix', what));
    }
    default:
      return undefined;
  }
}

/** `local.x`, `var.x`, and what is known of a bucket before it is made: its name and ARN. */
export function terraformMember(
  object: string,
  name: string,
  at: Located,
  e: Evaluator,
): Value[] | undefined {
  if (object === 'local' || object === 'var') {
    const values = e.global(`${object}.${name}`, at.module);
    if (values) return values;
    return [unknown(object === 'var' ? `variable '${name}' without a default` : `no local '${name}'`, name)];
  }
  if (!/^(?:data\.)?aws_s3_bucket\.[\w-]+$/.test(object)) return undefined;
  const bucket = e.global(object, at.module)?.find((value) => value.t === 'map');
  const given =
    bucket?.t === 'map'
      ? bucket.entries.find((entry) => plain(e.evaluate(entry.key)[0]) === 'bucket')
      : undefined;
  const names = given
    ? e.evaluate(given.value)
    : [unknown(`'${object}' is defined elsewhere`, object.split('.').at(-1) ?? '')];
  if (name === 'id' || name === 'bucket') return names;
  return name === 'arn' ? e.concat([[text('arn:aws:s3:::')], names]) : undefined;
}
