import { setTimeout as sleep } from 'node:timers/promises';
import { RealmError } from '../errors.ts';
import { type Commit, trailer } from '../git/commit.ts';
import { endImport, type Identity, type StartedImport, startImport } from '../git/fast-import.ts';
import { newCommit } from '../git/new-commit.ts';
import type { PlannedFile } from '../realm/content.ts';
import { followed } from '../realm/follow.ts';
import type { RealmModel } from '../realm/model.ts';
import { verbOf } from '../realm/ops/index.ts';
import type { Op, Planned } from '../realm/ops/types.ts';
import { blobsFor } from './blobs.ts';
import { withLock } from './lock.ts';
import { markMade } from './made.ts';
import { type Ahead, type Base, planAhead, planGuess, planNow, viewOf } from './planning.ts';
import { refuseRewritten } from './rewrite.ts';
import { readSnapshot, rememberOwn } from './snapshot.ts';
import type { Store } from './store.ts';
import { bringAlong } from './work-tree.ts';

export interface Applied {
  planned: Planned;
  /** The realm commit, or `null` where the realm already said so. */
  commit: string | null;
  /** A word for the user about the realm's work tree. */
  word: string | null;
}

/** How often a moved ref is planned again before we say that something is wrong. */
const ATTEMPTS = 200;

/**
 * Apply one operation to the realm's main branch: snapshot → plan → one commit, planned again whenever the ref moved
 * (docs/design/engine.md). Throws what the plan refuses; nothing is changed then. Who has to wait for the lock plans in the queue, and
 * again under the lock where the realm no longer shows what that plan looked at. Throws `realm-rewritten`.
 */
export async function applyOp(store: Store, op: Op, who: Identity): Promise<Applied> {
  await refuseRewritten(store);
  let ahead: Ahead | null | undefined;
  let started: StartedImport | undefined;
  let written: { commit: string; files: Map<string, PlannedFile> } | undefined;
  const meanwhile = async () => {
    ahead = (await planGuess(store, op)) ?? (await planAhead(store, op));
    if (ahead?.planned.kind === 'commit') started = startImport(store.repo);
  };
  const work = async (): Promise<Applied> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      // It starts while we read and plan.
      if (ahead === undefined) {
        started ??= startImport(store.repo);
        ahead = await planGuess(store, op);
      }
      const { snapshot, planned } = await planNow(store, op, ahead);
      if (planned.kind === 'nothing') return { planned, commit: null, word: await bringAlong(store) };
      const commit = await commitPlan(store, { ref: store.branch, snapshot, planned, op, who, started });
      started = undefined;
      if (commit !== null) {
        written = { commit, files: planned.files };
        return { planned, commit, word: await bringAlong(store) };
      }
      await sleep(Math.random() * Math.min(2 ** attempt, 20));
    }
    throw new RealmError('realm-busy', 'the realm kept changing: gave up', { hint: 'run the command again' });
  };
  try {
    const applied = await withLock(store.directory, work, { meanwhile });
    markMade(store, op.id);
    if (applied.planned.kind === 'commit') markMade(store, `${op.verb} ${applied.planned.subject}`);
    if (written !== undefined) await rememberOwn(store, written.commit, written.files);
    return applied;
  } finally {
    if (started !== undefined) endImport(started);
  }
}

export interface PlannedCommit {
  ref: string;
  snapshot: Base;
  planned: Planned & { kind: 'commit' };
  op: Op;
  who: Identity;
  /** Replace whatever the ref holds (drafts, proposals under way). */
  force?: boolean;
  /** It stays in this store: never signed. */
  draft?: boolean;
  /** A process that waits for the commit. */
  started?: StartedImport | undefined;
  /** Plans for the same snapshot that write other files: commits on top of this one, by the same process. */
  onTop?: readonly { planned: Planned & { kind: 'commit' }; op: Op }[] | undefined;
}

/** Is a commit that others will see signed: by the realm's rules as they stand, or because its author always signs? */
export const mustSign = ({ realm }: RealmModel, who: Identity): boolean =>
  realm?.trust?.require_signed_commits === true || who.signing?.always === true;

/**
 * Write a plan as one commit on a ref; `null` when the ref had moved. Throws `realm-format` for a realm that a newer
 * version wrote.
 */
export async function commitPlan(
  store: Store,
  { ref, snapshot, planned, op, who, force, draft, started, onTop = [] }: PlannedCommit,
): Promise<string | null> {
  mustBeOurFormat(snapshot);
  const commit = {
    ref,
    from: snapshot.commit?.oid ?? null,
    files: planned.files,
    message: messageOf(planned, op),
    identity: who,
    date: new Date(op.at),
    sign: !draft && mustSign(snapshot.model, who),
    ...(force ? { force } : {}),
    blobs: blobsFor(
      store,
      [planned, ...onTop.map((commit) => commit.planned)].flatMap(({ files }) => [...files.values()]),
    ),
    onTop: onTop.map((commit) => ({
      files: commit.planned.files,
      message: messageOf(commit.planned, commit.op),
    })),
  };
  return newCommit(store.repo, commit, started);
}

/** Of a major version that is not ours we know only what we can read: it is never written (docs/design/formats.md). */
function mustBeOurFormat({ model }: Base): void {
  const version = model.realm?.version ?? '1.0.0';
  if (/^1(\.|$)/.test(version)) return;
  throw new RealmError(
    'realm-format',
    `realm '${model.realm?.name}' has format ${version}, but this version writes 1.x: it is read-only`,
    { hint: 'install a newer git-realm' },
  );
}

/** Subject, body, and the operation itself, so that anybody can plan it again. */
function messageOf(planned: Planned & { kind: 'commit' }, op: Op): string {
  const { payload: _inTheTree, ...travels } = op;
  const body = planned.body.map((line) => `- ${line}\n`).join('');
  return `${planned.subject}\n${body === '' ? '' : `\n${body}`}\nRealm-Op: ${JSON.stringify(travels)}\n`;
}

/** The operation a realm commit was made by, payload restored from its tree; `null` for a commit made by hand. */
export async function opOf(store: Store, commit: Commit): Promise<Op | null> {
  const line = trailer(commit.message, 'Realm-Op');
  if (line === undefined) return null;
  let op: Op;
  try {
    op = JSON.parse(line) as Op;
  } catch {
    return null;
  }
  const verb = verbOf(op);
  if (verb.restore === undefined) return op;
  const own = await readSnapshot(store, commit.oid);
  op = followed(own.model, op);
  const view = await viewOf(own, verb.reads(op, own.model), verb.contents?.(op, own.model));
  return { ...op, payload: verb.restore(op, view) };
}
