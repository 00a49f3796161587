import { compareInterfaces } from '../compat/interfaces.ts';
import { judge } from '../compat/judge.ts';
import type { Change, Verdict } from '../compat/types.ts';
import { bump, changelogLines, versionSatisfiesVerdict } from '../compat/version.ts';
import { RealmError } from '../errors.ts';
import { type JsonObject, type JsonValue, sameJson } from '../json.ts';
import type { ContractFile } from './types.ts';

/** What publishing a value means for a contract: the verdict, the version it demands, and the changelog's lines. */
export interface Judgement {
  verdict: Verdict;
  /** `unknown` counts as breaking (DESIGN §7). */
  breaking: boolean;
  version: string;
  changes: Change[];
  lines: string[];
}

export interface NextVersion {
  value: JsonValue;
  schema: JsonObject;
  /** The schema was given by a person and is a promise of its own; one that a detector wrote only describes the value. */
  schemaByHand?: boolean;
  /** Earlier versions, for a provider that promises to keep up with all of them (`transitive`). */
  history?: readonly ContractFile[];
  /** A version given by hand. Throws `version-too-low` where it is lower than the verdict demands. */
  version?: string | undefined;
}

/** Judge a contract's next value and schema against the published ones, by what its provider promises (DESIGN §7). */
export async function nextVersion(old: ContractFile, next: NextVersion): Promise<Judgement> {
  const schema = old.schema ?? {};
  const value = old.value ?? null;
  const equal: Judgement = {
    verdict: { verdict: 'equal' },
    breaking: false,
    version: old.version,
    changes: [],
    lines: [],
  };
  const same = sameJson(value, next.value) && sameJson(schema, next.schema);
  if (same && (next.version === undefined || next.version === old.version)) return equal;
  const describes = value !== null && next.schemaByHand !== true;
  const judged = await judge(
    { version: old.version, value, schema, compatibility: old.compatibility },
    { version: old.version, value: next.value, schema: next.schema },
    describes ? () => ({ verdict: 'equal' }) : compareInterfaces,
    next.history,
  );
  const { verdict, significance, changes } = judged;
  const lines = changelogLines(changes);
  if (lines.length === 0 && !sameJson(schema, next.schema)) {
    lines.push('reason' in verdict ? `Schema: ${verdict.reason}` : 'Changed the schema');
  }
  const breaking = verdict.verdict === 'breaking' || verdict.verdict === 'unknown';
  if (next.version === undefined)
    return { verdict, breaking, version: bump(old.version, significance), changes, lines };
  const answer = versionSatisfiesVerdict(old.version, next.version, significance);
  if (!answer.ok) {
    throw new RealmError('version-too-low', answer.reason, {
      hint: `--version ${answer.minimum}, or leave it out`,
    });
  }
  return {
    verdict,
    breaking,
    version: next.version,
    changes,
    lines: lines.length > 0 ? lines : ['Published by hand'],
  };
}
