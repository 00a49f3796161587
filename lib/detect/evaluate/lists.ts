import type { Call, Expr } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { mapOfPairs } from './slices.ts';
import { type Env, type Located, partsOf, plain, unknown, type Value } from './values.ts';

/** A map as a list: its keys, its values, or pairs of both. */
export function listOfMap(map: Value, what: string, at: Located): Value {
  if (map.t !== 'map') return map;
  const { line, at: offset } = at.expr;
  return {
    t: 'list',
    items: map.entries.map(({ key, value }): Located => {
      if (what === 'keys') return key;
      if (what === 'values') return value;
      return { ...value, expr: { kind: 'list', items: [key.expr, value.expr], line, at: offset } };
    }),
  };
}

/** Go's `append(list, items…)`: what the list is not known to hold adds nothing. */
export function appended([list, ...more]: Located[], e: Evaluator): Value[] {
  const before = list && e.evaluate(list).some((value) => value.t === 'list') ? e.elements(list) : [];
  const added = more.flatMap((located) =>
    located.expr.kind === 'spread' ? e.elements({ ...located, expr: located.expr.of }) : [located],
  );
  return [{ t: 'list', items: [...before, ...added] }];
}

/** The value under a key, or the fallback: `settings.get('bucket', 'data')`. */
export function lookupWithDefault(
  owner: Value[],
  key: Expr | undefined,
  fallback: Expr | undefined,
  here: (expr: Expr) => Located,
  e: Evaluator,
): Value[] | undefined {
  if (!owner.some((value) => value.t === 'map') || !key) return undefined;
  const names = e.evaluate(here(key)).map((value) => plain(value));
  const hits = owner.flatMap((value): Value[] => {
    if (value.t !== 'map') return [];
    return value.entries
      .filter(
        (entry) => names.includes(undefined) || e.evaluate(entry.key).some((k) => names.includes(plain(k))),
      )
      .flatMap((entry) => e.evaluate(entry.value));
  });
  if (hits.length > 0) return hits;
  return fallback ? e.evaluate(here(fallback)) : [unknown('no such key')];
}

/** Python's `dict(pairs, **others, a=b)`. */
export function dict(call: Call, at: Located, e: Evaluator): Value[] {
  const here = (expr: Expr): Located => ({ ...at, expr });
  const first = call.args.find((arg) => arg.name === undefined)?.value;
  const pairs = first && mapOfPairs(here(first), e);
  const whole = (first ? [...e.evaluate(here(first)), ...(pairs ? [pairs] : [])] : []).flatMap((value) =>
    value.t === 'map' ? value.entries : [],
  );
  const given = call.args.flatMap((arg) => {
    if (arg.name === '**')
      return e.evaluate(here(arg.value)).flatMap((value) => (value.t === 'map' ? value.entries : []));
    const { line, at: offset } = arg.value;
    if (arg.name === undefined) return [];
    return [{ key: here({ kind: 'text', value: arg.name, line, at: offset }), value: here(arg.value) }];
  });
  return [{ t: 'map', entries: [...whole, ...given] }];
}

/** `list.map(f)` and `list.flatMap(f)`: what the function gives for each element. */
export function mapped(
  call: Call,
  list: Located,
  name: string,
  first: Expr | undefined,
  e: Evaluator,
): Value[] | undefined {
  const [callback] = first ? e.evaluate({ ...list, expr: first }) : [];
  if (callback?.t !== 'function') return undefined;
  const self = e.evaluate(list);
  const isList = self.some((value) => value.t === 'list');
  // Of an unknown list, what each of its elements comes to.
  const isOpen = /script$/.test(list.module.language) && self.every((value) => value.t === 'unknown');
  if (!isList && !isOpen) return undefined;
  const { line, at: offset } = call;
  const any = (): Located => ({
    ...list,
    expr: { kind: 'each', of: list.expr, take: 'element', line, at: offset },
  });
  const given = e.calls.applied(callback.scope, isList ? e.elements(list) : [any()], callback.env);
  const flat = (item: Located): Located[] =>
    e.evaluate(item).some((value) => value.t === 'list') ? e.elements(item) : [item];
  const items = name === 'flatMap' ? given.flatMap(flat) : given;
  return [{ t: 'list', items, ...(isList ? {} : { open: true }) }];
}

/** Elements of a list that are put into one text, at most. */
const MOST_JOINED = 40;

/** Ways to put them together that are followed. */
const MOST_WAYS = 16;

/** Without the ways that put two pieces together with no slash between them, where another way does. */
function withSlashes(values: Value[]): Value[] {
  const keyed = values.map((value) =>
    partsOf(value)
      .map((part) => (typeof part === 'string' ? part : `{${part.label}}`))
      .join(''),
  );
  const bare = keyed.map((key) => key.replaceAll('/', ''));
  const isBare = (i: number): boolean =>
    bare.some((key, j) => key === bare[i] && (keyed[j]?.length ?? 0) > (keyed[i]?.length ?? 0));
  return values.filter((_, i) => !isBare(i) && keyed.indexOf(keyed[i] ?? '') === i);
}

/** `list.reduce((all, x) => all + '/' + x)`: one text of the elements. */
function joinedUp(
  owner: Located,
  { scope, env: outer }: Extract<Value, { t: 'function' }>,
  at: Located,
  e: Evaluator,
): Value[] | undefined {
  const [all, each] = scope.params;
  const [expr, ...others] = scope.returns;
  if (!all || !each || !expr || others.length > 0) return undefined;
  if (!e.evaluate(owner).every(({ t }) => t === 'list')) return undefined;
  const [first, ...rest] = e.elements(owner);
  if (first === undefined || rest.length > MOST_JOINED) return undefined;
  let values = e.evaluate(first);
  for (const item of rest) {
    if (values.length > MOST_WAYS) return undefined;
    values = values.flatMap((value) => {
      const before: Located = { ...at, expr: { kind: 'placed', value, line: expr.line, at: expr.at } };
      const args = new Map([
        [all.name, before],
        [each.name, item],
      ]);
      const env: Env = { scope, args, depth: (at.env?.depth ?? 0) + 1, ...(outer ? { outer } : {}) };
      return withSlashes(e.evaluate({ expr, env, module: scope.module }));
    });
  }
  return values;
}

/** `list.reduce((all, x) => { all.push(f(x)); return all; }, [])`, or with `all` spread in what is returned: a list of what each round adds. */
export function reduced(
  owner: Located,
  callback: Expr | undefined,
  start: Expr | undefined,
  at: Located,
  e: Evaluator,
): Value[] | undefined {
  const [made] = callback ? e.evaluate({ ...at, expr: callback }) : [];
  const begun = start ? e.evaluate({ ...at, expr: start }) : [];
  if (made?.t !== 'function') return undefined;
  if (start === undefined) return joinedUp(owner, made, at, e);
  if (!begun.some(({ t }) => t === 'list')) return undefined;
  const [all, each] = made.scope.params;
  if (!all) return undefined;
  const { scope } = made;
  const pushed = scope.bindings.get(`${all.name}[+]`)?.map(({ value }) => value) ?? [];
  const spread = scope.returns.flatMap((expr) =>
    expr.kind === 'list'
      ? expr.items.filter((item) => item.kind !== 'spread' || nameOf(item.of) !== all.name)
      : [],
  );
  const rounds = e.evaluate(owner).some(({ t }) => t === 'list') ? e.elements(owner) : [undefined];
  const added = rounds.flatMap((item) => {
    const args = new Map<string, Located>();
    if (each && item) args.set(each.name, item);
    const env: Env = {
      scope,
      args,
      depth: (at.env?.depth ?? 0) + 1,
      partial: true,
      ...(made.env ? { outer: made.env } : {}),
    };
    return [...pushed, ...spread].map((expr): Located => ({ expr, env, module: scope.module }));
  });
  const items = begun.flatMap((value) => (value.t === 'list' ? value.items : []));
  return added.length > 0 ? [{ t: 'list', items: [...items, ...added] }] : undefined;
}

const nameOf = (expr: Expr): string | undefined => (expr.kind === 'name' ? expr.name : undefined);
