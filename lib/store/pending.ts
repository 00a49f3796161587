import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { trailer } from '../git/commit.ts';
import { fastImport, type Identity } from '../git/fast-import.ts';
import { hasPackedRef } from '../git/ref-files.ts';
import { listRefs, resolveRevision, swapRef } from '../git/refs.ts';
import type { Op } from '../realm/ops/types.ts';
import { readCommit } from './read-commit.ts';
import type { Store } from './store.ts';

/** What a pending operation holds: a realm commit, a proposal, or records in the realm's notes. */
export type PendingKind = 'operation' | 'proposal' | 'records';

/** Something a user asked for that the realm's remote refused: taken out of the realm here, kept by a name. */
export interface PendingOperation {
  id: string;
  kind: PendingKind;
  subject: string;
  /** The operation's verb and id; `null`: a commit made by hand, or records. */
  verb: string | null;
  op: string | null;
  /** What the remote said. */
  why: string;
  by: string;
  /** When it was refused last, ISO 8601. */
  at: string;
  /** The commit that would have been pushed. */
  commit: string;
}

const FOLDER = 'refs/realm/pending/';

/** Where one is kept: a commit on top of what was refused, local to this store. */
const refOf = (id: string): string => `${FOLDER}${id}`;

/** Without a process where refs are files and nothing is pending. */
export async function pendingOperations(store: Store): Promise<PendingOperation[]> {
  if (store.repo.refFiles && !mayHaveSome(store.repo.commonDir)) return [];
  const found: PendingOperation[] = [];
  for (const { name, oid } of await listRefs(store.repo, [FOLDER])) {
    const kept = await readCommit(store, oid);
    const [commit] = kept?.parents ?? [];
    const said = parsed(trailer(kept?.message ?? '', 'Realm-Pending'));
    if (commit !== undefined && said !== null) found.push({ ...said, id: name.slice(FOLDER.length), commit });
  }
  return found.sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
}

function mayHaveSome(commonDir: string): boolean {
  const folder = path.join(commonDir, FOLDER);
  return (existsSync(folder) && readdirSync(folder).length > 0) || hasPackedRef(commonDir, FOLDER);
}

function parsed(text: string | undefined): Omit<PendingOperation, 'id' | 'commit'> | null {
  try {
    const said = JSON.parse(text ?? 'null') as Omit<PendingOperation, 'id' | 'commit'> | null;
    return typeof said?.subject === 'string' ? said : null;
  } catch {
    return null;
  }
}

/** Keep one; asking for the same once more replaces what was kept of it. */
export async function keepPending(
  store: Store,
  given: Pick<PendingOperation, 'kind' | 'why' | 'at' | 'commit'>,
  who: Identity,
): Promise<PendingOperation> {
  const commit = await readCommit(store, given.commit);
  const op = operationIn(commit?.message ?? '');
  const subject = (commit?.message.split('\n', 1)[0] ?? '').replace(/^proposal: /, '');
  const pending = { ...given, subject, by: op?.by ?? who.email, verb: op?.verb ?? null, op: op?.id ?? null };
  const same = (await pendingOperations(store)).find(
    (operation) =>
      operation.kind === given.kind && operation.subject === subject && operation.verb === pending.verb,
  );
  const id = same?.id ?? (op?.id ?? given.commit).slice(0, 8);
  const { commit: _parent, ...said } = pending;
  const ref = refOf(id);
  const before = await resolveRevision(store.repo, ref);
  if (before !== null) await swapRef(store.repo, ref, before, null);
  await fastImport(store.repo, {
    ref,
    from: given.commit,
    files: new Map(),
    message: `pending: ${subject}\n\nRealm-Pending: ${JSON.stringify(said)}\n`,
    identity: who,
    date: new Date(given.at),
  });
  return { ...pending, id };
}

export async function forgetPending(store: Store, id: string): Promise<void> {
  await swapRef(store.repo, refOf(id), await resolveRevision(store.repo, refOf(id)), null);
}

/** The operation that a commit's message carries, without what is in its tree. */
function operationIn(message: string): Op | null {
  try {
    return JSON.parse(trailer(message, 'Realm-Op') ?? 'null') as Op | null;
  } catch {
    return null;
  }
}

/** One line. */
export const pendingWords = ({ id, subject, why }: PendingOperation): string =>
  `pending ${id}: ${subject}: the realm's remote refused it: ${why}`;
