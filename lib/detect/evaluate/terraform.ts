import type { Expr } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { joinList } from './join-list.ts';
import { splitText } from './split.ts';
import { strip } from './strip.ts';
import { givenByModules } from './terraform-modules.ts';
import { type Env, type Located, plain, text, unknown, type Value } from './values.ts';

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
    case 'one':
      return e.evaluate(first);
    case 'values':
      return e.evaluate(first).map((value) => {
        if (value.t !== 'map') return value;
        return { t: 'list', items: value.entries.map((entry) => entry.value) };
      });
    case 'element':
      return e.each(first, 'element');
    // The files of a folder: those names that the pattern leaves open.
    case 'fileset':
      return second && e.evaluate(second).map((pattern): Value => listOfFiles(pattern, second));
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
    case 'split':
      return second
        ? splitText(e.evaluate(second), name, first.expr, undefined, (expr) => ({ ...first, expr }), e)
        : undefined;
    default:
      return undefined;
  }
}

/** A list of one name for all files that a pattern stands for. */
function listOfFiles(pattern: Value, at: Located): Value {
  const parts = pattern.t === 'text' ? pattern.parts : [];
  const open = parts.flatMap((part) =>
    typeof part === 'string'
      ? part
          .replace(/\{[^}]*\}|\*+\/?\**|\?/g, '\0')
          .split(/(\0)/)
          .filter(Boolean)
          .map((piece) => (piece === '\0' ? { why: 'the name of a file', label: 'file' } : piece))
      : [part],
  );
  const { line, at: offset } = at.expr;
  const value: Value =
    open.length > 0 ? { t: 'text', parts: open } : unknown('the files of a folder', 'file');
  return { t: 'list', items: [{ ...at, expr: { kind: 'placed', value, line, at: offset } }] };
}

/**
 * `local.x`, `var.x`, what is known of a bucket before it is made, its name and ARN, and what the block of any other resource
 * or data source gives itself: `data.aws_s3_object.x.key`.
 */
export function terraformMember(
  object: string,
  name: string,
  at: Located,
  e: Evaluator,
): Value[] | undefined {
  if (object === 'local' || object === 'var') {
    const given = object === 'var' ? givenByModules(name, at.module, e) : undefined;
    const values = given ?? e.global(`${object}.${name}`, at.module);
    if (values) return values;
    return [unknown(object === 'var' ? `variable '${name}' without a default` : `no local '${name}'`, name)];
  }
  if (/^(?:data\.)?aws_\w+$/.test(object)) return resource(`${object}.${name}`, at, e);
  if (!/^(?:data\.)?aws_\w+\.[\w-]+$/.test(object)) return undefined;
  if (!/^(?:data\.)?aws_s3_bucket\./.test(object)) return givenByBlock(object, name, at, e);
  const bucket = e.global(object, at.module)?.find((value) => value.t === 'map');
  const names =
    bucket?.t === 'map'
      ? bucketNames(bucket, object, e)
      : [unknown(`'${object}' is defined elsewhere`, labelOf(object))];
  if (name === 'id' || name === 'bucket') return names;
  return name === 'arn' ? e.concat([[text('arn:aws:s3:::')], names]) : undefined;
}

type Block = Extract<Value, { t: 'map' }>;

const labelOf = (object: string): string => object.split('.').at(-1) ?? '';

function bucketNames(block: Block, object: string, e: Evaluator): Value[] {
  const given = e.members.mapEntry(block, 'bucket');
  return given ? e.evaluate(given) : [unknown(`'${object}' is defined elsewhere`, labelOf(object))];
}

/** A resource or data source as a whole: what its block gives; with `for_each` one for each key, with `count` one of a list. */
function resource(
  object: string,
  { expr: { line, at: offset }, module }: Located,
  e: Evaluator,
): Value[] | undefined {
  const block = e.global(object, module)?.find((value) => value.t === 'map');
  if (block?.t !== 'map') return undefined;
  const home = block.source?.block.scope.module ?? module;
  const placed = (value: Value): Located => ({
    expr: { kind: 'placed', value, line, at: offset },
    env: undefined,
    module: home,
  });
  const keyed = e.members.mapEntry(block, 'for_each');
  if (keyed === undefined) {
    const single = instance(block, object, undefined, placed, e);
    return e.members.mapEntry(block, 'count') ? [{ t: 'list', items: [placed(single)] }] : [single];
  }
  const rounds = e.calls.rounds.everyRound([keyed.expr], [keyed.expr], { ...keyed, module: home });
  const each = (env: Env | undefined, take: 'element' | 'value'): Located => ({
    expr: { kind: 'each', of: keyed.expr, take, line, at: offset },
    env,
    module: home,
  });
  return [
    {
      t: 'map',
      entries: rounds.map(({ env }) => ({
        key: each(env, 'element'),
        value: placed(instance(block, object, env, placed, e)),
      })),
    },
  ];
}

/** What a block says in one round of its `for_each`; of a bucket also what follows from its name. */
function instance(
  block: Block,
  object: string,
  env: Env | undefined,
  placed: (value: Value) => Located,
  e: Evaluator,
): Block {
  const entries = block.entries.map(({ key, value }) => ({ key, value: { ...value, env } }));
  if (!/^(?:data\.)?aws_s3_bucket\./.test(object)) return { t: 'map', entries };
  const own = { t: 'map', entries } as const;
  const given =
    e.members.mapEntry(own, 'bucket') ?? placed(unknown(`'${object}' is defined elsewhere`, labelOf(object)));
  const { line, at } = given.expr;
  const arn: Located = {
    ...given,
    expr: {
      kind: 'template',
      parts: [{ kind: 'text', value: 'arn:aws:s3:::', line, at }, given.expr],
      line,
      at,
    },
  };
  const more = Object.entries({ id: given, bucket: given, arn });
  return {
    t: 'map',
    entries: [...entries, ...more.map(([key, value]) => ({ key: placed(text(key)), value }))],
  };
}

function givenByBlock(object: string, name: string, at: Located, e: Evaluator): Value[] | undefined {
  const block = e.global(object, at.module)?.find((value) => value.t === 'map');
  if (block?.t !== 'map') return undefined;
  const given = e.members.mapEntry(block, name);
  // `aws_x.y["key"]` is one of several.
  if (!given && ['for_each', 'count'].some((key) => e.members.mapEntry(block, key))) return undefined;
  return given ? e.evaluate(given) : [unknown(`'${name}' of '${object}' is known after it is made`, name)];
}
