import type { Evaluator, Maker } from '../evaluate/evaluator.ts';
import { braces } from '../evaluate/format.ts';
import { calleeName } from '../evaluate/scopes.ts';
import { type Located, plain, type Value } from '../evaluate/values.ts';
import type { Call, Expr, Module } from '../syntax/ir.ts';
import { bucketsGenerated, bucketThing } from './things.ts';

/** Whether a module is a Pulumi program, in TypeScript or Python. */
const isPulumi = (module: Module): boolean => module.imports.some(({ from }) => /^@?pulumi/.test(from));

/**
 * What stands in Pulumi programs: buckets with their names and ARNs, and outputs, which are read as what they will be. A name
 * that Pulumi generates is not known.
 */
export const pulumiThings: Maker = (call, at, e) => {
  if (!isPulumi(at.module)) return undefined;
  const here = (expr: Expr): Located => ({ ...at, expr });
  const { callee } = call;
  const [first] = call.args;
  if (callee.kind === 'member' && callee.name === 'apply' && first && call.args.length === 1)
    return e.evaluate(here(first.value)).flatMap((given): Value[] => {
      if (given.t !== 'function') return [];
      return e.calls
        .applied(given.scope, [here(callee.object)], given.env)
        .flatMap((result) => e.evaluate(result));
    });
  const dotted = e.dotted(callee, at.module) ?? calleeName(call);
  const bucket = bucketOf(call, dotted, here, e);
  return bucket ? [bucket] : outputOf(call, dotted, at, e);
};

/** `new aws.s3.Bucket('data', { bucket })`, one looked up by its name, and one of a data source. */
function bucketOf(
  call: Call,
  dotted: string,
  here: (expr: Expr) => Located,
  e: Evaluator,
): Value | undefined {
  const how = /(?:^|\.)s3\.(Bucket(?:V2)?|Bucket(?:V2)?\.get|get_?[bB]ucket(?:_?[oO]utput)?)$/.exec(
    dotted,
  )?.[1];
  if (how === undefined) return undefined;
  const [label, options] = call.args.filter((arg) => arg.name === undefined).map(({ value }) => here(value));
  if (how.endsWith('.get')) return bucketThing(options ? e.evaluate(options) : []);
  const made =
    options?.expr.kind === 'call' && calleeName(options.expr).endsWith('Args') ? options.expr.args : [];
  const args = [...call.args, ...made];
  const byName = args.find((arg) => arg.name === 'bucket')?.value;
  const holder = /^get/i.test(how) ? label : options;
  const given = byName ? here(byName) : holder && e.entry(holder, 'bucket');
  if (given) return bucketThing(e.evaluate(given));
  return bucketThing([bucketsGenerated(label && plain(e.evaluate(label)[0]))]);
}

/** `pulumi.all`, `concat` and their kin: what the outputs in them will be. */
function outputOf(call: Call, dotted: string, at: Located, e: Evaluator): Value[] | undefined {
  const how = /^pulumi\.(?:Output\.)?(\w+)$/.exec(dotted)?.[1];
  const here = (expr: Expr): Located => ({ ...at, expr });
  const positional = call.args.filter((arg) => arg.name === undefined).map(({ value }) => value);
  const [first] = positional;
  switch (how) {
    case 'all': {
      const { line, at: offset } = call;
      if (call.args.some((arg) => arg.name !== undefined))
        return [
          {
            t: 'map',
            entries: call.args.map(({ name = '', value }) => ({
              key: here({ kind: 'text', value: name, line, at: offset }),
              value: here(value),
            })),
          },
        ];
      const single = first && positional.length === 1 ? e.evaluate(here(first)) : [];
      return single.some(({ t }) => t === 'list' || t === 'map')
        ? single
        : [{ t: 'list', items: positional.map(here) }];
    }
    case 'concat':
      return e.concat(positional.map((piece) => e.evaluate(here(piece))));
    case 'format':
      return first
        ? e
            .evaluate(here(first))
            .flatMap((format) => braces(format, { ...call, args: call.args.slice(1) }, at, e))
        : undefined;
    case 'output':
    case 'secret':
    case 'unsecret':
    case 'from_input':
    case 'jsonStringify':
    case 'json_dumps':
      return first ? e.evaluate(here(first)) : undefined;
    default:
      return undefined;
  }
}
