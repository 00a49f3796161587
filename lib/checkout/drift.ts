import path from 'node:path';
import type { Extraction } from '../detect/types.ts';
import { RealmError } from '../errors.ts';
import { sameJson } from '../json.ts';
import type { OwnExport } from '../realm/exports.ts';
import { paths } from '../realm/kinds.ts';
import { type Judgement, nextVersion } from '../realm/next-version.ts';
import { addsToSchema, mergedSchema } from '../realm/schemas.ts';
import type { ContractFile } from '../realm/types.ts';
import type { Snapshot } from '../store/snapshot.ts';
import { DEFAULT_DETECTOR, missingFrom, sourcesOf } from './drift-sources.ts';
import type { Level, Levels, Source } from './levels.ts';
import type { Member } from './member.ts';
import {
  emptiness,
  gapIn,
  openIn,
  type Reading,
  type ReadingCache,
  readExport,
  sourcesKey,
  unreadable,
} from './reading.ts';
import type { Heads } from './tip.ts';

/** How an export stands at one level of the repository. */
export interface LevelDrift {
  level: Level;
  reading: Reading;
  /** What publishing this level's value would mean; `null` where there is no value to compare. */
  judgement: Judgement | null;
}

export interface ExportDrift extends OwnExport {
  levels: Partial<Record<Level, LevelDrift>>;
  /** Plain source files that the level nearest to the editor does not have. */
  missing: string[];
}

/** Exports whose value is read from files; one written by hand never drifts. */
export const isWatched = (own: OwnExport): boolean => (own.entry.source_files?.length ?? 0) > 0;

/**
 * Compare every watched export with its contract at the levels asked for. One listing of files per level for all exports
 * with plain paths; only exports with patterns or magic in their pathspecs cost one each.
 */
export async function driftOf(
  member: Member & { snapshot: Snapshot },
  levels: Levels,
  heads: Heads,
  exports: readonly OwnExport[],
  wanted: readonly Level[],
): Promise<ExportDrift[]> {
  const watched = exports.filter(isWatched);
  const sources = await sourcesOf(member, levels, heads, watched, wanted);
  const directory = path.join(member.repo.commonDir, 'realm');
  return Promise.all(
    exports.map(async (own) => {
      const nearest = sources.get(own)?.[wanted[0] ?? 'worktree'];
      const cache = { directory, name: `${own.domain}/${own.contract}` };
      const drift: ExportDrift = { ...own, levels: {}, missing: missingFrom(own, nearest) };
      for (const level of isWatched(own) ? wanted : []) {
        const listed = sources.get(own)?.[level];
        const { file, ...found } = isAsPublished(own, listed)
          ? asPublished(own, level, listed, cache)
          : await levelDrift(member.snapshot, own, level, listed, cache);
        drift.levels[level] = found;
        // As its content says it, for the report of what the drift means.
        if (file !== undefined) drift.file = file;
      }
      return drift;
    }),
  );
}

/** Does the level's code say something else than the contract? */
export const drifts = (drift: LevelDrift | undefined): drift is LevelDrift & { judgement: Judgement } =>
  drift?.judgement !== null && drift?.judgement !== undefined && drift.judgement.verdict.verdict !== 'equal';

/** What seems to be taken away while a source cannot be read may stand there: that is a failure, no change (docs/design/drift.md). */
function sure(own: OwnExport, drift: LevelDrift): LevelDrift {
  const { level, reading, judgement } = drift;
  if (reading.kind !== 'value' || judgement === null || judgement.verdict.verdict === 'equal') return drift;
  const empty = emptiness(reading.extraction, own.entry.source_files ?? []);
  if (empty !== undefined) return { level, reading: { kind: 'failed', error: empty }, judgement: null };
  if (!judgement.breaking) return drift;
  const gap = gapIn(reading.extraction, (own.file.value ?? null) !== null);
  return gap === undefined
    ? drift
    : { level, reading: { kind: 'failed', error: unreadable(gap) }, judgement: null };
}

async function levelDrift(
  snapshot: Snapshot,
  own: OwnExport,
  level: Level,
  listed: Source[] | RealmError | undefined,
  cache: ReadingCache,
): Promise<LevelDrift & { file?: ContractFile }> {
  if (listed instanceof RealmError)
    return { level, reading: { kind: 'failed', error: listed }, judgement: null };
  const reading = await readExport(cache, listed ?? [], own.entry.extract ?? DEFAULT_DETECTOR);
  try {
    const file = reading.kind === 'value' ? await snapshot.loaded(own.file) : own.file;
    const judgement = await judgementOf(snapshot, { ...own, file }, reading);
    return { ...sure(own, { level, reading, judgement }), file };
  } catch (error) {
    // What is published cannot be read: nothing is known of what a change of it means.
    if (!(error instanceof RealmError) || error.code !== 'content-unreadable') throw error;
    return { level, reading: { kind: 'failed', error }, judgement: null };
  }
}

/** Are the files at a level, byte for byte, the content that is published? Compared by blob id: nothing is read. */
function isAsPublished(
  { file, ...own }: OwnExport,
  listed: Source[] | RealmError | undefined,
): listed is Source[] {
  if (file.content === undefined || !Array.isArray(listed) || listed.length !== file.content.length)
    return false;
  return (
    file.kind === (own.entry.extract ?? DEFAULT_DETECTOR).detector &&
    file.content.every(({ path, oid }) => listed.some((source) => source.path === path && source.oid === oid))
  );
}

/**
 * What such files say is what the contract says. What they leave open is reported as it was when they were last read; nothing is
 * read for it.
 */
function asPublished(
  { entry, file }: OwnExport,
  level: Level,
  listed: Source[],
  cache: ReadingCache,
): LevelDrift & { file?: ContractFile } {
  const key = sourcesKey(listed, entry.extract ?? DEFAULT_DETECTOR);
  const parts = listed.map(({ path }) => ({
    pointer: '',
    value: null,
    path,
    line: 1,
    how: 'the whole document',
  }));
  const extraction = {
    value: null,
    schema: {},
    parts,
    unresolved: openIn(cache, key),
    documents: listed.map(({ path }) => path),
  };
  return {
    level,
    reading: { kind: 'value', key, extraction, documents: listed },
    judgement: {
      verdict: { verdict: 'equal' },
      breaking: false,
      version: file.version,
      changes: [],
      lines: [],
    },
  };
}

async function judgementOf(snapshot: Snapshot, own: OwnExport, reading: Reading): Promise<Judgement | null> {
  if (reading.kind !== 'value') return null;
  const { value, schema } = reading.extraction;

  // An interface document is the schema itself; any other schema of a detector only describes the value.
  const needed = own.file.compatibility?.transitive === true || addsToSchema(own.file, schema);
  const history = needed ? await snapshot.versions(paths.contract(own.domain, own.contract)) : [];
  const merged = value === null ? schema : mergedSchema(own.file, schema);
  const { rules } = snapshot.model.governance(own.domain);
  return nextVersion(own.file, { value, schema: merged, history, rules });
}

/** Do two levels say the same, whatever is published? */
export function saysTheSame(before: Reading | undefined, after: Reading | undefined): boolean {
  if (before?.kind !== 'value' || after?.kind !== 'value') return false;
  if (before.key === after.key) return true;
  const [left, right] = [before.extraction, after.extraction];
  return sameJson(left.value, right.value) && sameJson(left.schema, right.schema);
}

/** What one level changes of what another says, by the contract's promises; `null` where one of them cannot be read. */
export async function changeBetween(
  { file }: OwnExport,
  before: Reading | undefined,
  after: Reading | undefined,
): Promise<Judgement | null> {
  if (before?.kind !== 'value' || after?.kind !== 'value') return null;
  const side = ({ value, schema }: Extraction) => ({
    value,
    schema: value === null ? schema : mergedSchema(file, schema),
  });
  const { content: _, ...said } = file;
  return nextVersion({ ...said, ...side(before.extraction) }, side(after.extraction));
}
