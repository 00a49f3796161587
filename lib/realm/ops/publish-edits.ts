import { impactWords } from '../../compat/usage.ts';
import { isObject, type JsonObject, type JsonValue, sameJson } from '../../json.ts';
import { impactsOf } from '../../kinds/impact.ts';
import type { Edit } from '../edits.ts';
import type { consumersOf } from '../exports.ts';
import { paths } from '../kinds.ts';
import type { Judgement, NextVersion } from '../next-version.ts';
import { releasesBelow } from '../releases.ts';
import { schemaOf } from '../schemas.ts';
import type { ContentEntry, ContractFile } from '../types.ts';
import { type changesOf, union } from './changes.ts';
import { exportEntry, type NewContract } from './domain.ts';
import type { PublishOp } from './publish.ts';
import type { View } from './types.ts';

/** The contract's new source commit, if the operation names one. */
export const sourceEdits = (op: PublishOp): Edit[] =>
  op.source === null ? [] : [{ op: 'set', path: ['source_commit'], value: op.source }];

interface Said {
  kind?: string;
  content?: ContentEntry[];
  value: JsonValue | undefined;
  schema: JsonObject;
  /** It says what the contract says already. */
  same: boolean;
}

/** The edits by which a contract's file says it: by the files beside it, or by itself. */
export function saying(written: ContractFile, { kind, content, value, schema, same }: Said): Edit[] {
  const remove = (key: 'kind' | 'schema' | 'value' | 'content'): Edit[] =>
    Object.hasOwn(written, key) ? [{ op: 'delete', path: [key] }] : [];
  const setKind: Edit[] =
    kind === undefined || written.kind === kind ? [] : [{ op: 'set', path: ['kind'], value: kind }];
  if (content !== undefined && kind !== undefined)
    return [
      ...setKind,
      ...remove('schema'),
      ...remove('value'),
      { op: 'set', path: ['content'], value: content as unknown as JsonValue },
    ];
  if (value === undefined || (same && written.content !== undefined)) return [];
  return [
    ...(kind === undefined ? remove('kind') : setKind),
    ...remove('content'),
    ...(sameJson(schema, schemaOf(written)) ? [] : [{ op: 'set' as const, path: ['schema'], value: schema }]),
    ...valueEdits(written.value ?? null, value),
  ];
}

/** What an approver has to know of a breaking change: its reason with the witness … */
export const why = ({ verdict }: Judgement): string[] => ('reason' in verdict ? [verdict.reason] : []);

/** … and every consumer it affects. */
export async function affected(
  consumers: ReturnType<typeof consumersOf>,
  old: ContractFile,
  now: Pick<NextVersion, 'value' | 'schema'>,
  next: Judgement,
): Promise<string[]> {
  const was = { value: old.value ?? null, schema: old.schema ?? {} };
  const impacts = next.breaking ? await impactsOf(old, was, now, consumers, next.values) : [];
  return [
    ...consumers.map(({ repo, entry }) => `affects ${repo} (${entry.version})`),
    ...impactWords(impacts),
  ];
}

/** Key by key, so that comments beside keys that stay are kept. */
function valueEdits(old: JsonValue, value: JsonValue): Edit[] {
  if (!isObject(old) || !isObject(value)) return [{ op: 'set' as const, path: ['value'], value }];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(value)])];
  return keys
    .filter((key) => !sameJson(old[key] ?? null, value[key] ?? null) || !Object.hasOwn(value, key))
    .map((key) =>
      Object.hasOwn(value, key)
        ? { op: 'set' as const, path: ['value', key], value: value[key] ?? null }
        : { op: 'delete' as const, path: ['value', key] },
    );
}

/** The changelog with an entry for the new version. */
export const changelog = (old: ContractFile, version: string, at: string, changes: string[]): JsonValue =>
  [
    { version, date: at.slice(0, 10), changes },
    ...releasesBelow(old, Date.parse(at)),
  ] as unknown as JsonValue;

/** The export's entry in the repo's binding: made, or widened by new source files. */
export function bindExport(
  op: PublishOp,
  view: View,
  changes: ReturnType<typeof changesOf>,
  contract: NewContract,
): void {
  const binding = view.model.binding(op.domain, op.repo);
  const entry = exportEntry({
    ...contract,
    ...(op.sources === undefined ? {} : { source_files: op.sources }),
    ...(op.extract === undefined ? {} : { extract: op.extract }),
  });
  if (binding === undefined) {
    const file = { repo: op.repo, role: 'provider' as const, exports: [entry] };
    changes.create('binding', paths.binding(op.domain, op.repo), file);
    return;
  }
  const at = binding.file.exports?.findIndex((exported) => exported.contract === op.contract) ?? -1;
  const found = binding.file.exports?.[at];
  if (found === undefined) {
    const list = (binding.file.exports ?? []) as unknown as JsonValue[];
    changes.edit(binding.path, [
      list.length === 0
        ? { op: 'set', path: ['exports'], value: [entry as unknown as JsonValue] }
        : { op: 'append', path: ['exports'], value: entry as unknown as JsonValue },
      ...(binding.file.role === 'consumer'
        ? [{ op: 'set' as const, path: ['role'], value: binding.file.imports?.length ? 'both' : 'provider' }]
        : []),
    ]);
    return;
  }
  const sources = union(found.source_files, op.sources);
  const edits = [];
  if (!sameJson(sources, found.source_files ?? [])) {
    edits.push({ op: 'set' as const, path: ['exports', at, 'source_files'], value: sources });
  }
  if (op.extract !== undefined && !sameJson(op.extract, (found.extract ?? null) as JsonValue)) {
    edits.push({ op: 'set' as const, path: ['exports', at, 'extract'], value: op.extract });
  }
  if (edits.length > 0) changes.edit(binding.path, edits);
}
