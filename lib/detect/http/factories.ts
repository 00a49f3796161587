import { bindArguments } from '../evaluate/arguments.ts';
import type { Evaluator } from '../evaluate/evaluator.ts';
import { encloses } from '../evaluate/scopes.ts';
import type { Located, Value } from '../evaluate/values.ts';
import type { Call } from '../syntax/ir.ts';
import type { Thing } from './things.ts';

/** How a router's prefix is read out of the call that makes it. */
type PrefixOf = (call: Call, at: Located, e: Evaluator) => Value[];

/** The call that makes a router, and how its prefix is read. */
const homes = new WeakMap<Thing, { call: Call; prefixOf: PrefixOf }>();

const made = new WeakMap<Evaluator, Map<Call, Map<Thing, Thing>>>();

/** Notes which call makes a router. */
export const madeAt = (thing: Thing, call: Call, prefixOf: PrefixOf): Thing => {
  homes.set(thing, { call, prefixOf });
  return thing;
};

/**
 * What a function gives that makes a router: another one for each call of it, with the prefix that this call gives it and with all
 * that the function itself registers in it. Undefined for any other call.
 */
export function ofFactory(call: Call, at: Located, e: Evaluator): Value[] | undefined {
  const [callee, ...others] = e.calls.sites.callees(call, { ...at, expr: call.callee });
  if (callee?.t !== 'function' || others.length > 0) return undefined;
  const { scope } = callee;
  if (scope.returns.length === 0 || !/^(?:python|typescript|javascript)$/.test(scope.module.language))
    return undefined;
  const args = [...(callee.given ?? []), ...call.args];
  const values = e.invoke(scope, args, at, callee.env, callee.self);
  const isFresh = (value: Value): value is Thing => {
    const home = value.t === 'thing' ? homes.get(value) : undefined;
    return home !== undefined && encloses(scope, home.call.block.scope);
  };
  if (!values.some(isFresh)) return undefined;
  const known = made.get(e) ?? new Map<Call, Map<Thing, Thing>>();
  made.set(e, known);
  const here = known.get(call) ?? new Map<Thing, Thing>();
  known.set(call, here);
  return values.map((value) => {
    if (!isFresh(value)) return value;
    const before = here.get(value);
    if (before) return before;
    const { call: inner, prefixOf } = homes.get(value) ?? { call, prefixOf: () => [] };
    const env = bindArguments(e, scope, args, at, callee.env, callee.self);
    const prefix = prefixOf(inner, { expr: inner, env, module: scope.module }, e);
    const props = new Map<string, Value[]>([
      ['prefix', prefix],
      ['inner', [value]],
    ]);
    const thing: Thing = { t: 'thing', type: value.type, props };
    if (value.props.has('router')) props.set('router', [thing]);
    here.set(value, thing);
    return madeAt(thing, call, (_, outer) => prefixOf(inner, { ...outer, expr: inner }, e));
  });
}
