import { readContent } from '../../../lib/detect/document/content.ts';
import { refusalsOf } from '../../../lib/governance/refusals.ts';
import type { Side } from '../../../lib/governance/rules/step.ts';
import { contentPath } from '../../../lib/realm/kinds.ts';
import { parseFile } from '../../../lib/realm/parse.ts';
import type { ContractFile } from '../../../lib/realm/types.ts';
import { blobName, realmView } from './realm-view.ts';

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

function side(path: string, text: string | undefined): Side | null {
  if (text === undefined) return null;
  const blob = { mode: '100644', oid: blobName(text) };
  return contentPath(path) === undefined ? { ...blob, text } : { ...blob, text: null, unread: null };
}

/** A contract with what its content says, from the texts of these realms. */
async function loadedIn(realms: readonly Files[], file: ContractFile): Promise<ContractFile> {
  if (file.content === undefined) return file;
  const texts = new Map(realms.flatMap(Object.values).map((text) => [blobName(text), text]));
  const files = file.content.map(({ path, oid }) => ({ path, bytes: Buffer.from(texts.get(oid) ?? '') }));
  const said = await readContent(file.kind ?? '', files);
  if (typeof said === 'string') throw new Error(said);
  return { ...file, ...said };
}

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
      .map((path) => ({ path, from: side(path, before[path]), to: side(path, after[path]) })),
    actor: `${who}@example.com`,
    approved: null,
    withdrawn: null,
    proposal,
    now: Date.parse(now),
    acknowledged: async () => new Set(),
    signers: '',
    loaded: (file) => loadedIn([after, before, ...past], file),
    blob: async (oid) => {
      const text = Object.values(after).find((file) => blobName(file) === oid);
      return text === undefined ? null : { type: 'blob', size: Buffer.byteLength(text) };
    },
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
