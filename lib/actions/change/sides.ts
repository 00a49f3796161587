import path from 'node:path';
import type { Ends, Reading } from '../../change/relation.ts';
import type { Source } from '../../checkout/levels.ts';
import { readExport } from '../../checkout/reading.ts';
import type { CoverEntry, Covers } from '../../compat/usage.ts';
import { RealmError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { usageOf } from '../../kinds/read.ts';
import { recordedExtraction, recordedUses, usesIn } from '../../kinds/uses.ts';
import { mergedSchema } from '../../realm/schemas.ts';
import type { ContractFile, DetectorEntry, ImportEntry } from '../../realm/types.ts';
import type { Checkout } from './checkouts.ts';
import type { MergeOutcome } from './merge-results.ts';

/** Where a side is read from, and how. */
export interface Ways {
  /** `<domain>/<contract>` */
  name: string;
  sources: readonly string[];
  /** `null`: nothing reads it. */
  detector: DetectorEntry | null;
}

/** A side as its main branch has it, and as the merge would leave it; unread where anything in it cannot be read. */
export async function endsOf(checkout: Checkout, outcome: MergeOutcome, ways: Ways): Promise<Ends> {
  const main = await listedAt(checkout, outcome.main, ways);
  const merged = 'at' in outcome.merged ? await listedAt(checkout, outcome.merged.at, ways) : outcome.merged;
  const same =
    Array.isArray(main) && Array.isArray(merged) && ways.sources.length > 0 && isSame(main, merged);
  const before = await readAt(checkout, main, ways);
  return { main: before, merged: same ? before : await readAt(checkout, merged, ways), same };
}

type Listed = Source[] | { why: string };

async function listedAt(checkout: Checkout, at: string | null, { sources }: Ways): Promise<Listed> {
  if (at === null) return { why: `${checkout.name} has no main branch` };
  try {
    return await checkout.levels.inCommit(at, sources);
  } catch (error) {
    if (error instanceof RealmError) return { why: `${checkout.name}: ${error.message}` };
    throw error;
  }
}

const isSame = (a: readonly Source[], b: readonly Source[]): boolean =>
  a.length === b.length && a.every((source, n) => source.path === b[n]?.path && source.oid === b[n]?.oid);

async function readAt(
  checkout: Checkout,
  listed: Listed,
  { name, sources, detector }: Ways,
): Promise<Reading> {
  if (!Array.isArray(listed)) return { unread: listed.why };
  if (detector === null) return { unread: `no reader for how ${checkout.name} uses ${name}` };
  const directory = path.join(checkout.repo.commonDir, 'realm');
  const reading = await readExport({ directory, name: `merge ${name}` }, listed, detector);
  if (reading.kind === 'absent') return { unread: `${checkout.name}: ${sources.join(', ')} is missing` };
  if (reading.kind === 'failed') return { unread: `${checkout.name}: ${reading.error.message}` };
  const { value, schema, unresolved, parts } = reading.extraction;
  const [open] = unresolved;
  const usage = usageOf(reading.extraction);
  // Of uses that are read one by one each counts, whatever else was not read.
  if (open !== undefined && usesIn(parts).length === 0)
    return { unread: `${checkout.name}: ${open.path}:${open.line}: ${open.why}` };
  return { value: { value, schema }, usage };
}

/** What a person wrote into the contract's schema holds for the value that was read too. */
export function withSchema(file: ContractFile | undefined, ends: Ends): Ends {
  const merged = (reading: Reading): Reading =>
    file === undefined || !('value' in reading) || reading.value.value === null
      ? reading
      : {
          value: {
            value: reading.value.value,
            schema: mergedSchema(file, (reading.value.schema ?? {}) as JsonObject),
          },
        };
  return { ...ends, main: merged(ends.main), merged: merged(ends.merged) };
}

/** A provider that is not on this machine, or writes its contract by hand: the published contract stands for its main branch. */
export function asPublished(file: ContractFile | undefined, name: string): Ends {
  const reading: Reading =
    file === undefined
      ? { unread: `${name} is not published` }
      : isUnloaded(file)
        ? { unread: `the content of ${name} cannot be read: git realm doctor` }
        : { value: { value: file.value ?? null, schema: (file.schema ?? {}) as JsonValue } };
  return { main: reading, merged: reading, same: true };
}

/** What is on record says nothing of a pull request that cannot be read here. */
export const unlessMoving = (ends: Ends, repo: string, isMoving: boolean): Ends =>
  isMoving
    ? {
        ...ends,
        merged: { unread: `${repo} is not checked out on this machine, so its pull request was not read` },
        same: false,
      }
    : ends;

/** Its content could not be loaded. */
export const isUnloaded = ({ content, schema }: ContractFile): boolean =>
  content !== undefined && schema === undefined;

/** A consumer that is not on this machine: what its import has on record, which is never more than it grants. */
export function asRecorded(file: ContractFile | undefined, entry: ImportEntry, consumer: string): Ends {
  const covers = entry.covers as unknown as Covers | undefined;
  const uses = recordedUses(entry.uses);
  if (uses !== null) {
    const usage = usageOf(recordedExtraction(uses, entry.unread));
    const reading: Reading = { value: { value: null, schema: undefined }, usage };
    return { main: reading, merged: reading, same: true };
  }
  const reading: Reading =
    covers === undefined || file === undefined
      ? { unread: `${consumer} is not checked out on this machine, and its import does not record its uses` }
      : {
          value: recorded(file, covers),
          atLeast: `${consumer} is not checked out on this machine, and its recorded coverage is incomplete`,
        };
  return { main: reading, merged: reading, same: true };
}

/** Entries of the contract's own bucket stay as they are; one of another bucket proves nothing here. */
function recorded(file: ContractFile, covers: Covers) {
  const lists = Object.entries(covers).map(([key, entries]): [string, JsonValue] => {
    const list: readonly CoverEntry[] = Array.isArray(entries) ? entries : [];
    return [
      key,
      list.flatMap((entry) =>
        typeof entry.path === 'string' && entry.bucket === undefined ? [entry.path] : [],
      ),
    ];
  });
  return { value: Object.fromEntries(lists), schema: (file.schema ?? {}) as JsonValue };
}
