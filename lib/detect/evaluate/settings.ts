import type { Call, Expr } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { calleeName } from './scopes.ts';
import { type Located, plain, unknown, type Value } from './values.ts';

/** What an environment variable may be: its fallback, where it has one. */
export function fromEnvironment(args: readonly Expr[], here: (expr: Expr) => Located, e: Evaluator): Value[] {
  const [name, fallback] = args;
  if (fallback) {
    const values = e.evaluate(here(fallback));
    if (values.some((value) => value.t === 'text' && value.parts.length > 0)) return values;
  }
  const label = name ? plain(e.evaluate(here(name))[0]) : undefined;
  return [unknown(`environment variable ${label ?? ''}`.trim(), label ?? 'environment')];
}

/** argparse: the options that this file declares, each with its default. */
export function parsedOptions(call: Call, at: Located, e: Evaluator): Value[] | undefined {
  const props = new Map<string, Value[]>();
  for (const { callee, args } of at.module.calls) {
    if (callee.kind !== 'member' || callee.name !== 'add_argument') continue;
    const flags = args.flatMap(({ value }) => (value.kind === 'text' ? [value.value] : []));
    const dest = args.find((arg) => arg.name === 'dest')?.value;
    const flag =
      dest?.kind === 'text' ? dest.value : (flags.find((word) => word.startsWith('--')) ?? flags[0]);
    if (flag === undefined) continue;
    const fallback = args.find((arg) => arg.name === 'default')?.value;
    const name = flag.replace(/^-+/, '').replaceAll('-', '_');
    props.set(
      name,
      fallback === undefined
        ? [unknown('an option of the command line', name)]
        : e.evaluate({ ...at, env: undefined, expr: fallback }),
    );
  }
  if (props.size === 0) return undefined;
  const options: Value = { t: 'thing', type: 'options', props };
  if (!/known/.test(calleeName(call))) return [options];
  const { line, at: offset } = call;
  return [{ t: 'list', items: [{ ...at, expr: { kind: 'placed', value: options, line, at: offset } }] }];
}

/** typer, pydantic, dataclasses and attrs: the value of a field is its default. */
export function fieldDefault(call: Call, at: Located, e: Evaluator): Value[] | undefined {
  const argument = (name: RegExp) => call.args.find((arg) => name.test(arg.name ?? ''))?.value;
  const given = argument(/^default$/) ?? call.args.find((arg) => arg.name === undefined)?.value;
  return given ? e.evaluate({ ...at, expr: given }) : made(argument(/factory$/), at, e);
}

/** FastAPI's `Depends(f)`: what the function gives. */
export function made(factory: Expr | undefined, at: Located, e: Evaluator): Value[] | undefined {
  const [value] = factory ? e.evaluate({ ...at, expr: factory }) : [];
  return value?.t === 'function' ? e.invoke(value.scope, [], at, value.env) : undefined;
}
