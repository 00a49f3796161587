import { RealmError } from '../../errors.ts';
import type { JsonValue } from '../../json.ts';
import { Evaluator } from '../evaluate/evaluator.ts';
import { jsonOf, nothing } from '../evaluate/json.ts';
import type { Located } from '../evaluate/values.ts';
import { sortUnresolved } from '../found-paths.ts';
import { readModules } from '../modules.ts';
import type { Module, Scope } from '../syntax/ir.ts';
import { codeLanguages, readsLanguages } from '../syntax/languages.ts';
import type { Detector, DetectorOptions, Extraction, Part, SourceFile, Unresolved } from '../types.ts';
import { mergeValues, schemaOf } from './merge.ts';

/** Reads the value of the constant that the option `name` names: `PATHS`, `Config.PATHS`, an enum or class as its members. */
export const constant: Detector = {
  name: 'constant',
  summary: "a named constant's value: option name",
  roles: ['export'],
  options: ['name'],
  reads: readsLanguages(...codeLanguages),
  triggers: () => false,
  extract,
};

async function extract(files: readonly SourceFile[], options: DetectorOptions): Promise<Extraction> {
  const name = nameOption(options);
  const { modules, unresolved } = await readModules(files);
  const evaluator = new Evaluator(modules);
  const found: { value: JsonValue; parts: Part[] }[] = [];
  let places = 0;
  for (const module of modules) {
    for (const at of declarations(module, name)) {
      places++;
      const { result: reading, unresolved: open } = evaluator.about(
        module,
        () => jsonOf(at, evaluator, name),
        nothing,
      );
      unresolved.push(...reading.unresolved, ...open);
      if (reading.value !== undefined) found.push({ value: reading.value, parts: reading.parts });
    }
  }
  const value = mergeValues(found.map((entry) => entry.value));
  const first = files[0]?.path ?? '';
  if (places === 0) unresolved.push(missing(name, first));
  else if (value === undefined && found.length > 0)
    unresolved.push({
      path: first,
      line: 1,
      what: name,
      why: 'it has different values that cannot be joined',
    });
  return {
    value: value ?? null,
    schema: schemaOf(value ?? null),
    parts: found.flatMap((entry) => entry.parts),
    unresolved: sortUnresolved(unresolved),
  };
}

const missing = (name: string, path: string): Unresolved => ({
  path,
  line: 1,
  what: name,
  why: 'no constant of that name in the source files',
});

function nameOption(options: DetectorOptions): string {
  const { name } = options;
  if (typeof name === 'string' && name !== '') return name;
  throw new RealmError('detector-option', "the detector 'constant' needs the constant's name", {
    hint: 'specify it in the export: extract: { detector: constant, name: PATHS }',
  });
}

/** Where the module declares a name; `A.b.c` goes through classes, functions and modules of that name. */
function declarations(module: Module, name: string): Located[] {
  const direct = lastBinding(module.root, name);
  if (direct) return [{ expr: direct, env: undefined, module }];
  const path = name.split(/\.|::|#/).filter(Boolean);
  const last = path.at(-1) ?? '';
  const found: Located[] = [];
  const walk = (scope: Scope, chain: readonly string[]): void => {
    const matches =
      path.length === 1 ? scope.kind !== 'function' : chain.join('.').endsWith(path.slice(0, -1).join('.'));
    const expr = matches ? lastBinding(scope, last) : undefined;
    if (expr) found.push({ expr, env: undefined, module });
    for (const [inner, scopes] of scope.scopes)
      for (const inside of scopes) {
        const whole = inner === last && inside.kind === 'class' && (path.length === 1 || matches);
        if (whole && inside.bindings.size > 0) found.push(classAsValue(inside, module));
        walk(inside, [...chain, inner]);
      }
  };
  walk(module.root, []);
  return found.length > 0 ? found : memberOfMap(module, path);
}

/** `PATHS.read`: a member of a constant that is a map. */
function memberOfMap(module: Module, path: readonly string[]): Located[] {
  const root = lastBinding(module.root, path[0] ?? '');
  if (!root || path.length < 2) return [];
  let expr = root;
  for (const name of path.slice(1))
    expr = { kind: 'member', object: expr, name, line: root.line, at: root.at };
  return [{ expr, env: undefined, module }];
}

function lastBinding(scope: Scope, name: string) {
  return scope.bindings.get(name)?.at(-1)?.value;
}

function classAsValue(scope: Scope, module: Module): Located {
  const block = { scope: scope.parent ?? module.root };
  return {
    expr: { kind: 'name', name: scope.name, block, line: scope.line, at: Number.MAX_SAFE_INTEGER },
    env: undefined,
    module,
  };
}
