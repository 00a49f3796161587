import type { Module } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { push } from './scopes.ts';
import { type Located, plain, unknown, type Value } from './values.ts';

/** The calls of each folder's module among some files: `module "x" { source = "../modules/archive" … }`. */
const known = new WeakMap<readonly Module[], Map<string, Located[]>>();

/**
 * What the calls of a module give for one of its variables; undefined where none does. Calls that give different values leave
 * it unknown: each of them is a stack of its own, and no grant of one may be taken for the other's.
 */
export function givenByModules(name: string, module: Module, e: Evaluator): Value[] | undefined {
  e.wanted?.calls(module.path, name);
  const calls = callsIn(e).get(folderOf(module.path)) ?? [];
  const given = calls.map((call) => e.entry(call, name));
  if (given.every((located) => located === undefined)) return undefined;
  const values = given.map(
    (located) => located && e.once(located.expr, () => e.evaluate(located), [unknown('circular modules')]),
  );
  const [first] = values;
  if (values.length === 1) return first;
  const texts = values.map((some) => (some?.length === 1 && some[0] ? plain(some[0]) : undefined));
  if (texts[0] !== undefined && texts.every((text) => text === texts[0])) return first;
  return [unknown(`'${name}' is not the same in ${values.length} uses of the module`, name)];
}

function callsIn({ modules }: Evaluator): Map<string, Located[]> {
  const before = known.get(modules);
  if (before) return before;
  const found = new Map<string, Located[]>();
  for (const module of modules) {
    if (module.language !== 'terraform') continue;
    for (const [bound, bindings] of module.root.bindings)
      for (const { value } of bound.startsWith('module.') ? bindings : []) {
        const entries = value.kind === 'map' ? value.entries : [];
        const source = entries.find(({ key }) => key.kind === 'text' && key.value === 'source')?.value;
        if (source?.kind === 'text' && /^\.\.?\//.test(source.value))
          push(found, resolved(folderOf(module.path), source.value), { expr: value, env: undefined, module });
      }
  }
  known.set(modules, found);
  return found;
}

const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');

function resolved(folder: string, source: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const step of source.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.' && step !== '') parts.push(step);
  }
  return parts.join('/');
}
