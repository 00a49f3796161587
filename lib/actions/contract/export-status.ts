import { drifts, type ExportDrift, isWatched } from '../../checkout/drift.ts';
import type { Level } from '../../checkout/levels.ts';
import type { Change, Verdict } from '../../compat/types.ts';
import { impactWords } from '../../compat/usage.ts';
import type { Part } from '../../detect/types.ts';
import { canonical, type JsonValue, sameJson } from '../../json.ts';
import { consumersOf } from '../../realm/exports.ts';
import type { RealmModel } from '../../realm/model.ts';
import type { Workspace } from '../open/workspace.ts';
import type { GraceNow } from './grace.ts';
import { impactOfDrift } from './impact.ts';
import { relationTo, relationWords } from './relation.ts';

/** How one export of this repo stands: what `git realm status` tells of it, and the git hooks of what they look at. */
export interface ExportStatus {
  domain: string;
  contract: string;
  version: string;
  watched: boolean;
  /** Where the code says something else than the contract, nearest to the editor first; equal levels are one entry. */
  drift: DriftStatus[];
  draft: string | null;
  affected: { repo: string; range: string }[];
  /** The contract was published from code that is not here: what to do, in words; `null` otherwise. */
  behind: string | null;
  /** What could not be read, at the level nearest to the editor. */
  unresolved: { path: string; line: number; what: string; why: string }[];
  failed: { level: Level; why: string }[];
  /** Source files that are gone, and where git saw them go. */
  missing: { path: string; renamedTo: string | null }[];
  /** Which consumers use what the nearest drift takes away, in words. */
  impact: string[];
  /** The publishing branch has a breaking change that nobody approved: the old version stays published. */
  ahead: boolean;
  /** What the deepest level says may not be published without approval. */
  needsApproval: boolean;
  /** The published version is breaking and in effect only from then on, ISO 8601; `null`: it is in effect. */
  effectiveAt: string | null;
  /** Whom that waits for, and who is ready. */
  grace: GraceStatus | null;
}

export type GraceStatus = Pick<GraceNow, 'ready' | 'missing' | 'problem'>;

export interface DriftStatus {
  levels: Level[];
  verdict: Verdict['verdict'];
  /** Why it is so; `null` where the verdict needs no reason. */
  reason: string | null;
  witness: JsonValue;
  next: string;
  changes: (Change & { at: string[] })[];
  lines: string[];
}

/** Nearest to the editor first. */
export const LEVELS: readonly Level[] = ['worktree', 'index', 'head', 'tip'];

/** What is known of an export beside its levels; what nobody asked for is `null`. */
export interface BesideDrift {
  renames: ReadonlyMap<string, string>;
  behind: string | null;
  draft: string | null;
  grace: GraceNow | null;
}

/** The status of an export by some of the levels that were read. */
export async function exportStatus(
  model: RealmModel,
  own: ExportDrift,
  levels: readonly Level[],
  { renames, behind, draft, grace }: BesideDrift,
): Promise<ExportStatus> {
  const drifting = levels.filter((level) => drifts(own.levels[level]));
  const readings = levels.map((level) => ({ level, reading: own.levels[level]?.reading }));
  const nearest = readings.find(({ reading }) => reading?.kind === 'value')?.reading;
  return {
    domain: own.domain,
    contract: own.contract,
    version: own.file.version,
    watched: isWatched(own),
    drift: driftStatus(own, levels),
    draft,
    behind,
    missing: own.missing.map((path) => ({ path, renamedTo: renames.get(path) ?? null })),
    ahead: isUnapproved(model, own, 'tip'),
    needsApproval: isUnapproved(model, own, drifting.at(-1)),
    effectiveAt: grace?.effectiveAt ?? null,
    grace: graceStatus(grace),
    impact: impactWords(await impactOfDrift(model, own, drifting[0])),
    affected: consumersOf(model, own.domain, own.contract).map(({ repo, entry }) => ({
      repo,
      range: entry.version,
    })),
    unresolved: nearest?.kind === 'value' ? nearest.extraction.unresolved : [],
    failed: readings.flatMap(({ level, reading }) =>
      reading?.kind === 'failed' ? [{ level, why: reading.error.message }] : [],
    ),
  };
}

/** Whom a grace period waits for, and who is ready. */
export const graceStatus = (grace: GraceNow | null): GraceStatus | null =>
  grace === null ? null : { ready: grace.ready, missing: grace.missing, problem: grace.problem };

/** What to do where the contract was published from code that a commit, called `name`, does not have; `null` otherwise. */
export async function behindWords(
  workspace: Workspace,
  { file }: ExportDrift,
  commit: { oid: string; name: string },
): Promise<string | null> {
  return relationWords(await relationTo(workspace, file.source_commit, commit.oid), file, commit.name);
}

function isUnapproved(model: RealmModel, { domain, levels }: ExportDrift, level: Level | undefined): boolean {
  const drift = level && levels[level];
  return drifts(drift) && drift.judgement.breaking && model.governance(domain).requireApproval;
}

/** Levels with the same state are reported once. */
function driftStatus(own: ExportDrift, levels: readonly Level[]): DriftStatus[] {
  const seen: { key: string; value: JsonValue; drift: DriftStatus }[] = [];
  for (const level of levels) {
    const at = own.levels[level];
    if (!drifts(at) || at.reading.kind !== 'value') continue;
    const { key } = at.reading;
    const { value, parts } = at.reading.extraction;
    // A document has no value beside it: only the same files say the same.
    const same = seen.find((other) => other.key === key || (value !== null && sameJson(other.value, value)));
    if (same !== undefined) {
      same.drift.levels.push(level);
      continue;
    }
    const { verdict, version, changes, lines } = at.judgement;
    const places = placesOf(parts);
    const where = (subject: JsonValue) => places.get(canonical(subject)) ?? [];
    seen.push({
      key,
      value,
      drift: {
        levels: [level],
        verdict: verdict.verdict,
        reason: 'reason' in verdict ? verdict.reason : null,
        witness: verdict.verdict === 'breaking' ? verdict.witness : null,
        next: version,
        changes: changes.map((change) => ({
          ...change,
          at: change.kind === 'removed' ? [] : where(change.subject),
        })),
        lines,
      },
    });
  }
  return seen.map(({ drift }) => drift);
}

/** Where each value was read, by its canonical text. */
function placesOf(parts: readonly Part[]): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const { value, path, line } of parts) {
    const text = canonical(value);
    const known = places.get(text);
    if (known === undefined) places.set(text, [`${path}:${line}`]);
    else known.push(`${path}:${line}`);
  }
  return places;
}
