import type { ValueComparison } from '../../../compat/types.ts';
import { type JsonValue, sameJson } from '../../../json.ts';
import { type CompatibilityLevel, DEFAULT_LEVEL } from '../levels.ts';
import { libraries, type Model, modelOf, textsOf } from '../model/model.ts';
import type { Definition, Fault } from '../model/tree.ts';
import { compareEnums } from './enums.ts';
import { compareExtensions } from './extensions.ts';
import { compareFiles } from './files.ts';
import { compareMessages } from './messages.ts';
import { optionChanges } from './options.ts';
import { Comparison } from './report.ts';
import { compareServices } from './services.ts';

/**
 * Does what was built with the old `.proto` files still work with the new ones? `level` is what has to hold: `wire`, what is
 * sent; `wire-json`, what is sent as JSON as well; `source`, generated code too. Rules are named after those of `buf breaking`; where
 * the same bytes would be read as another value, the answer is stricter than there (docs/kinds-protobuf.md).
 */
export async function compareProtobuf(
  old: JsonValue,
  now: JsonValue,
  level: CompatibilityLevel = DEFAULT_LEVEL,
): Promise<ValueComparison> {
  if (sameJson(old, now)) return { verdict: { verdict: 'equal' }, changes: [] };
  const loaded = await libraries();
  const [before, after] = [old, now].map((schema) => {
    const texts = textsOf(schema);
    return texts === undefined || texts.size === 0 ? undefined : modelOf(loaded, texts);
  });
  if (before === undefined || 'faults' in before) return unknown('old', before?.faults);
  if (after === undefined || 'faults' in after) return unknown('new', after?.faults);
  return compareModels(before, after, level);
}

/** The same of two trees that were read. */
function compareModels(old: Model, now: Model, level: CompatibilityLevel): ValueComparison {
  const comparison = new Comparison(old, now, level);
  compareFiles(comparison);
  for (const definition of old.tree.definitions.values()) compareDefinition(comparison, definition);
  addedDefinitions(comparison);
  compareExtensions(comparison);
  openTypes(comparison);
  return comparison.result();
}

const unknown = (side: string, faults: readonly Fault[] = []): ValueComparison => {
  const [fault] = faults;
  const reason =
    fault === undefined ? 'it is not a tree of .proto files' : `${fault.path}:${fault.line}: ${fault.why}`;
  return {
    verdict: { verdict: 'unknown', reason: `the ${side} version: ${reason}`, pointer: '' },
    changes: [],
  };
};

function compareDefinition(comparison: Comparison, old: Definition): void {
  const now = comparison.counterpart(old);
  const { name, pointer, kind } = old;
  if (now === undefined) {
    // What was in a message goes with it.
    if (comparison.old.tree.definitions.has(old.scope)) {
      const around = comparison.old.tree.definitions.get(old.scope);
      if (around !== undefined && comparison.counterpart(around) === undefined) return;
    }
    comparison.add(`${kind}-no-delete`, {
      ...{ kind: 'removed', where: name, old: pointer, reason: `${kind} '${name}' was removed` },
      ...(kind === 'message' ? { witness: comparison.witnesses.ofMessage(name) } : {}),
    });
    return;
  }
  const path = comparison.paths.get(old.file.path) ?? old.file.path;
  if (now.file.path !== path && !comparison.now.tree.definitions.has(now.scope))
    comparison.add('definition-same-file', {
      ...{ kind: 'changed', where: name, old: pointer, now: now.pointer },
      reason: `${kind} '${name}' moved from '${old.file.path}' to '${now.file.path}'`,
    });
  const places = { where: name, old: pointer, now: now.pointer };
  optionChanges(comparison, places, old.of.options, now.of.options);
  if (old.kind === 'message' && now.kind === 'message') compareMessages(comparison, old, now);
  if (old.kind === 'enum' && now.kind === 'enum') compareEnums(comparison, old, now);
  if (old.kind === 'service' && now.kind === 'service') compareServices(comparison, old, now);
}

function addedDefinitions(comparison: Comparison): void {
  const { old, now } = comparison;
  const had = new Set<string>();
  for (const definition of old.tree.definitions.values()) {
    const name = comparison.renamed(definition.name);
    if (now.tree.definitions.get(name)?.kind === definition.kind) had.add(name);
  }
  for (const { name, kind, pointer, scope } of now.tree.definitions.values()) {
    if (had.has(name) || (now.tree.definitions.has(scope) && !had.has(scope))) continue;
    comparison.add('definition-added', {
      ...{ kind: 'added', where: name, now: pointer, reason: `${kind} '${name}' was added` },
    });
  }
}

/** Types that are not among the sources: what changes in them is not seen. */
function openTypes(comparison: Comparison): void {
  const { old, now } = comparison;
  for (const [name, place] of [...now.open, ...[...old.open].filter(([open]) => !now.open.has(open))]) {
    const isNow = now.open.has(name);
    const by = (isNow ? now : old).tree.definitions.get(place.by)?.pointer ?? '';
    const where = `${place.path}:${place.line}`;
    comparison.add('import-unresolved', {
      ...{ kind: 'changed', where: name, [isNow ? 'now' : 'old']: by, level: 'unknown' },
      reason: `'${name}', used in ${where}, is not among the sources, so changes in it are not detected`,
    });
  }
}
