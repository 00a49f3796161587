import { createHash } from 'node:crypto';
import type { Side } from '../../lib/governance/rules/step.ts';
import { refusalsOf } from '../../lib/governance/verify.ts';
import { parseFile } from '../../lib/realm/parse.ts';
import type { ContractFile } from '../../lib/realm/types.ts';
import { realmView } from './realm-view.ts';

/** A realm in memory: its files by path. */
export type Files = Record<string, string>;

/** Changes of files; `null`: it goes. */
export type Edits = Record<string, string | null | ((text: string) => string)>;

export const edited = (before: Files, edits: Edits): Files => {
  const after = { ...before };
  for (const [path, edit] of Object.entries(edits))
    if (edit === null) delete after[path];
    else after[path] = typeof edit === 'string' ? edit : edit(before[path] ?? '');
  return after;
};

const side = (text: string | undefined): Side | null =>
  text === undefined ? null : { mode: '100644', oid: createHash('sha1').update(text).digest('hex'), text };

export interface Judging {
  /** The realm before this commit's parent, the newest first. */
  past?: readonly Files[];
  now?: string;
  proposal?: boolean;
}

/** Why a server refuses the commit from one realm to the other, by `<who>@example.com`. */
export function judged(before: Files, after: Files, who: string, judging: Judging = {}): Promise<string[]> {
  const { past = [], now = '2026-01-24T10:00:00Z', proposal = false } = judging;
  return refusalsOf({
    before: realmView(before),
    after: realmView(after),
    changes: [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((path) => before[path] !== after[path])
      .map((path) => ({ path, from: side(before[path]), to: side(after[path]) })),
    actor: `${who}@example.com`,
    approved: null,
    withdrawn: null,
    proposal,
    now: Date.parse(now),
    acknowledged: async () => new Set(),
    signers: '',
    loaded: async (file) => file,
    blob: async () => null,
    versions: async (path) => versionsOf([before, ...past], path),
  });
}

/** The last state of each version of a contract, also under its earlier names, the newest first. */
function versionsOf(realms: readonly Files[], path: string): ContractFile[] {
  const found: ContractFile[] = [];
  let at = path;
  for (const realm of realms) {
    const text = realm[at];
    if (text === undefined) continue;
    const parsed = parseFile('contract', at, text);
    if (!parsed.ok) continue;
    if (found.at(-1)?.version !== parsed.value.version) found.push(parsed.value);
    const old = parsed.value.formerly?.at(-1);
    if (old !== undefined && realms[realms.indexOf(realm) + 1]?.[at] === undefined)
      at = at.replace(/[^/]+\.yaml$/, `${old}.yaml`);
  }
  return found;
}

/** A story of commits: each is taken, until one is refused; answers why, and how many were taken. */
export async function story(
  start: Files,
  steps: readonly { by: string; edits: Edits; now?: string; proposal?: boolean }[],
): Promise<{ taken: number; why: string[]; realm: Files }> {
  const past: Files[] = [start];
  for (const [taken, { by, edits, ...judging }] of steps.entries()) {
    const [before = start, ...older] = past;
    const after = edited(before, edits);
    const why = await judged(before, after, by, { past: older, ...judging });
    if (why.length > 0) return { taken, why, realm: before };
    past.unshift(after);
  }
  return { taken: steps.length, why: [], realm: past[0] ?? start };
}
