import type { Argument, Module, Scope } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { withoutReceiver } from './scopes.ts';
import type { Env, Located, Value } from './values.ts';

/** The parameters of a function as one call gives them; what a spread that is not known may give is not known. */
export function bindArguments(
  e: Evaluator,
  scope: Scope,
  args: readonly Argument[],
  from: { env: Env | undefined; module: Module },
  outer?: Env,
  self?: Value,
): Env {
  const params = withoutReceiver(scope);
  const all = given(e, args, from);
  const bound = new Map<string, Located>();
  const rest = params.find((param) => param.rest);
  const named = params.find((param) => param.named);
  const own = params.filter((param) => !param.rest && !param.named);
  // What follows `*parts` is given by name only.
  const places = rest ? params.slice(0, params.indexOf(rest)) : own;
  all.positional.forEach((value, i) => {
    const param = places[i];
    if (param) bound.set(param.name, value);
  });
  const isOwn = ([name]: [string, Located]) => own.some((param) => param.name === name);
  for (const entry of all.named) if (!named || isOwn(entry)) bound.set(...entry);
  const others = all.positional.slice(places.length);
  if (rest && others.length > 0 && !all.open) bound.set(rest.name, together(others));
  if (named)
    bound.set(
      named.name,
      asMap(
        [...all.named].filter((entry) => !isOwn(entry)),
        from,
      ),
    );
  return {
    scope,
    args: bound,
    depth: (from.env?.depth ?? 0) + 1,
    ...(outer ? { outer } : {}),
    ...(self ? { self } : {}),
    ...(all.open ? { closed: 'arguments that are not known' } : {}),
  };
}

/** Arguments with what is spread in them; `open`: something is spread that is not known. */
function given(
  e: Evaluator,
  args: readonly Argument[],
  { env, module }: { env: Env | undefined; module: Module },
): { positional: Located[]; named: Map<string, Located>; open: boolean } {
  const positional: Located[] = [];
  const named = new Map<string, Located>();
  let open = false;
  for (const { name, value: expr } of args) {
    const here = { expr, env, module };
    if (name === '**') {
      const [value, ...others] = e.evaluate(here);
      if (value?.t !== 'map' || others.length > 0) open = true;
      else for (const entry of value.entries) byName(e, entry, named);
    } else if (name !== undefined) named.set(name, here);
    else if (expr.kind === 'spread') {
      const values = e.evaluate({ ...here, expr: expr.of });
      const [list] = values;
      if (list?.t === 'list' && !list.open && values.length === 1)
        positional.push(...e.elements({ ...here, expr: expr.of }));
      else open = true;
      if (open) break;
    } else positional.push(here);
  }
  return { positional, named, open };
}

function byName(
  e: Evaluator,
  { key, value }: { key: Located; value: Located },
  named: Map<string, Located>,
): void {
  for (const name of e.texts(key)) {
    const [only] = name;
    if (name.length === 1 && typeof only === 'string') named.set(only, value);
  }
}

/** Several places as one list. Their environments differ, so the list's items are kept as they are. */
const together = (items: readonly Located[]): Located => {
  const [first] = items as [Located];
  const { line, at } = first.expr;
  return { ...first, expr: { kind: 'placed', value: { t: 'list', items: [...items] }, line, at } };
};

function asMap(
  entries: readonly [string, Located][],
  from: { env: Env | undefined; module: Module },
): Located {
  const { line, at } = entries[0]?.[1].expr ?? { line: 1, at: 0 };
  const map: Value = {
    t: 'map',
    entries: entries.map(([name, value]) => ({
      key: { ...from, expr: { kind: 'text', value: name, line, at } },
      value,
    })),
  };
  return { ...from, expr: { kind: 'placed', value: map, line, at } };
}
