import type { Env, Located } from '../evaluate/values.ts';
import { pause } from '../limits.ts';
import type { Call, Module, Scope } from '../syntax/ir.ts';
import type { Unresolved } from '../types.ts';
import type { Program } from './types.ts';

/** Reads each module that is asked for, within the steps that one may take; what was not followed to its end is said. */
export async function readEach(
  { modules, e }: Program,
  isAsked: (module: Module) => boolean,
  read: (module: Module) => void,
): Promise<Unresolved[]> {
  const unresolved: Unresolved[] = [];
  for (const module of modules) {
    if (!isAsked(module)) continue;
    await pause();
    unresolved.push(...e.about(module, () => read(module), undefined).unresolved);
  }
  return unresolved;
}

/** Rounds of a callback that are distinguished. */
const MOST_ROUNDS = 200;

/**
 * The ways that the code around a call is run: by its callers, the rounds of its loops, and, in a function that is given to
 * `forEach` or `map`, each element of the list, so that the parts of one element stay together. `around`: how the callers are found.
 */
export function waysTo(
  call: Call,
  module: Module,
  { e }: Program,
  around: () => (Env | undefined)[] = () => e.contexts(call.block),
): (Env | undefined)[] {
  const found = around();
  for (let scope: Scope | undefined = call.block.scope; scope?.kind === 'function'; scope = scope.parent) {
    const inner = scope;
    if (inner.name !== '') break;
    const over = callbacksIn(module).get(inner);
    const param = inner.params[0];
    if (!over || !param || over.callee.kind !== 'member') continue;
    const list: Located = { expr: over.callee.object, env: undefined, module };
    const isList = e.evaluate(list).some((value) => value.t === 'list');
    const items = isList ? e.elements(list) : [];
    if (items.length === 0 || items.length > MOST_ROUNDS) continue;
    return found.flatMap((outer) =>
      items.map((item): Env => {
        const args = new Map([[param.name, item]]);
        return { scope: inner, args, depth: 1, ...(outer ? { outer } : {}) };
      }),
    );
  }
  return found;
}

const known = new WeakMap<Module, Map<Scope, Call>>();

/** The calls of `forEach` and `map` by the function that they are given. */
function callbacksIn(module: Module): Map<Scope, Call> {
  const before = known.get(module);
  if (before) return before;
  const found = new Map<Scope, Call>();
  for (const call of module.calls) {
    const { callee, args } = call;
    const [first] = args;
    if (callee.kind !== 'member' || !/^(?:forEach|map)$/.test(callee.name)) continue;
    if (first?.value.kind === 'function') found.set(first.value.scope, call);
  }
  known.set(module, found);
  return found;
}
