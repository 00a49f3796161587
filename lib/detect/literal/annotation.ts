import { RealmError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { Evaluator } from '../evaluate/evaluator.ts';
import { type JsonReading, jsonOf } from '../evaluate/json.ts';
import { sortUnresolved } from '../found-paths.ts';
import { bytesMatch } from '../limits.ts';
import { readModules } from '../modules.ts';
import type { Expr, Module, Scope } from '../syntax/ir.ts';
import { codeLanguages, readsLanguages } from '../syntax/languages.ts';
import type { Detector, DetectorOptions, Extraction, Part, SourceFile } from '../types.ts';
import type { Wanted } from '../wanted.ts';
import { mergeValues, schemaOf } from './merge.ts';

/** Lines between a comment and the literal that it refers to, at most: decorators and blank lines. */
const NEAR = 6;

/** Reads the literals under `realm:export <contract>[#/pointer]` comments; option `contract` chooses one contract. */
export const annotation: Detector = {
  name: 'annotation',
  summary: "literals under a 'realm:export <contract>[#/pointer]' comment",
  roles: ['export'],
  options: ['contract'],
  reads: readsLanguages(...codeLanguages, 'yaml'),
  triggers: (bytes) => bytesMatch(bytes, /realm:export\s/),
  extract,
};

/** One `realm:export` comment. */
export interface Annotation {
  contract: string;
  pointer: string;
  module: Module;
  line: number;
  /** The literal below it; undefined where there is none near enough. */
  expr: Expr | undefined;
}

async function extract(
  files: readonly SourceFile[],
  options: DetectorOptions,
  asked?: Wanted,
): Promise<Extraction> {
  const { modules, unresolved } = await readModules(files);
  const all = modules.flatMap(annotationsIn);
  const wanted = wantedContract(options, all);
  const evaluator = new Evaluator(modules, [], asked);
  const values: JsonValue[] = [];
  const parts: Part[] = [];
  for (const module of modules) {
    const own = all.filter((annotation) => annotation.module === module && annotation.contract === wanted);
    const { result, unresolved: open } = evaluator.about(
      module,
      () => own.map((annotation) => readingOf(annotation, evaluator)),
      [],
    );
    unresolved.push(...result.flatMap((reading) => reading.unresolved), ...open);
    for (const { value, parts: found } of result) {
      if (value === undefined) continue;
      values.push(value);
      parts.push(...found);
    }
  }
  const value = mergeValues(values);
  const path = files[0]?.path ?? '';
  if (all.length === 0)
    unresolved.push({ path, line: 1, what: 'realm:export', why: 'no such comment in the source files' });
  else if (value === undefined && values.length > 0)
    unresolved.push({
      path,
      line: 1,
      what: wanted,
      why: 'two annotations give different values for one pointer',
    });
  return {
    value: value ?? null,
    schema: schemaOf(value ?? null),
    parts,
    unresolved: sortUnresolved(unresolved),
  };
}

/** The literal of one annotation under its pointer, or why there is none. */
function readingOf({ contract, pointer, module, line, expr }: Annotation, evaluator: Evaluator): JsonReading {
  const what = `realm:export ${contract}${pointer === '' ? '' : `#${pointer}`}`;
  if (!expr) {
    const why = 'no literal follows the comment';
    return { value: undefined, parts: [], unresolved: [{ path: module.path, line, what, why }] };
  }
  evaluator.startPlace(line);
  const reading = jsonOf({ expr, env: undefined, module }, evaluator, what, pointer);
  return reading.value === undefined ? reading : { ...reading, value: atPlace(pointer, reading.value) };
}

function wantedContract(options: DetectorOptions, all: readonly Annotation[]): string {
  const { contract } = options;
  if (typeof contract === 'string' && contract !== '') return contract;
  const names = [...new Set(all.map((annotation) => annotation.contract))].sort();
  if (names.length <= 1) return names[0] ?? '';
  throw new RealmError('detector-option', `the files export several contracts: ${names.join(', ')}`, {
    hint: `choose one in the export: extract: { detector: annotation, contract: ${names[0]} }`,
  });
}

/** All annotations of a module with the literals they refer to, in order. */
export function annotationsIn(module: Module): Annotation[] {
  const literals = literalsOf(module);
  return module.comments.flatMap((comment) =>
    comment.text.split('\n').flatMap((text, i): Annotation[] => {
      const found = /realm:export\s+([A-Za-z0-9][\w./-]*)(?:#(\/\S*))?/.exec(text);
      if (!found) return [];
      const [, contract = '', pointer = ''] = found;
      const next = literals[firstFrom(literals, comment.endLine)];
      const expr = next && next.line <= comment.endLine + NEAR ? next.expr : undefined;
      return [{ contract, pointer: pointer.replace(/\*\/$/, ''), module, line: comment.line + i, expr }];
    }),
  );
}

/** Where the first of them stands that is not above a line; they are sorted by line. */
function firstFrom(literals: readonly { line: number }[], line: number): number {
  let [low, high] = [0, literals.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((literals[middle]?.line ?? 0) < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What is bound or stands under a key, by the line where its statement starts. */
function literalsOf(module: Module): { line: number; expr: Expr }[] {
  const found: { line: number; expr: Expr }[] = [];
  const walk = (scope: Scope): void => {
    for (const [name, bindings] of scope.bindings) {
      // a document as a whole, and entries added to a map, are bound under names that no program has
      if (name === '' || name.endsWith('[]')) continue;
      for (const binding of bindings) found.push({ line: binding.line, expr: binding.value });
    }
    for (const value of scope.returns) found.push({ line: value.line, expr: value });
    for (const scopes of scope.scopes.values())
      for (const inner of scopes) {
        if (inner.kind === 'class' && inner.name !== '') {
          const block = { scope };
          found.push({
            line: inner.line,
            expr: { kind: 'name', name: inner.name, block, line: inner.line, at: Number.MAX_SAFE_INTEGER },
          });
        }
        walk(inner);
      }
  };
  walk(module.root);
  for (const map of module.maps)
    for (const entry of map.entries) found.push({ line: entry.line, expr: entry.value });
  return found.sort((a, b) => a.line - b.line);
}

function atPlace(pointer: string, value: JsonValue): JsonValue {
  let placed = value;
  for (const token of pointer.split('/').slice(1).reverse()) {
    const object: JsonObject = {};
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    Object.defineProperty(object, key, {
      value: placed,
      enumerable: true,
      writable: true,
      configurable: true,
    });
    placed = object;
  }
  return placed;
}
