import { RealmError } from '../errors.ts';
import { wasClosed } from './refusals.ts';
import type { Forge, Merged, Pull } from './types.ts';

/** Time as waiting sees it; replaced by tests. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const wallClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
};

export interface MergeWanted {
  /** The repo's name, for messages. */
  repo: string;
  number: number;
  /** The commit that was looked at: nothing newer is merged. */
  sha: string;
  /** Seconds to wait for what ends by itself. */
  patience: number;
  /** The last look before it is merged, which tells the forge that it is its turn; throws where it must not be. */
  before?: () => Promise<void>;
}

/**
 * Merge as soon as it is ready. Waits, for as long as `patience` says, for checks that run and for the merge queue, and for
 * nothing that a person has to do. Throws `not-mergeable` with what is missing, `merge-queued` where the queue takes longer,
 * `left-queue` where it refuses, `pull-closed`, and what `Forge.merge` throws.
 */
export async function mergeWhenReady(
  forge: Forge,
  { repo, number, sha, patience, before }: MergeWanted,
  clock: Clock,
  note: (line: string) => void,
): Promise<Merged> {
  const end = clock.now() + patience * 1000;
  let pause = forge.pace;
  let said: string | null = null;
  let queued = false;
  let unknown = 0;
  let posted = false;
  for (;;) {
    const pull = await forge.get(number);
    if (pull.state === 'merged') return { state: 'merged', sha: pull.mergeSha };
    if (pull.state === 'closed') throw wasClosed(repo, number);
    const { answer, on } = pull.mergeable;
    // A mergeability that the forge does not work out in three looks is asked for by merging.
    if (answer === 'unknown') unknown += 1;
    const isReady = answer === 'yes' || (answer === 'unknown' && (unknown > 3 || patience === 0));
    if (queued && on !== 'queue') throw leftQueue(repo, pull);
    if (on === 'order' && !posted) {
      posted = true;
      await before?.();
      continue;
    }
    if (isReady) {
      await before?.();
      const done = await forge.merge(number, sha);
      if (done.state === 'merged') return done;
      queued = true;
    } else if (answer !== 'unknown' && (on === undefined || on === 'people')) throw notYet(repo, pull);
    else if (on === 'queue') queued = true;
    const why = queued ? 'it is in the merge queue' : pull.mergeable.why;
    if (clock.now() + pause > end) throw queued ? inQueue(repo, number) : notYet(repo, pull);
    if (why !== said && answer !== 'unknown') note(`${repo}#${number}: waiting: ${why}`);
    said = why;
    await clock.sleep(pause);
    pause = Math.min(pause * 1.5, forge.pace * 15);
  }
}

const notYet = (repo: string, { number, mergeable }: Pull): RealmError =>
  new RealmError('not-mergeable', `${repo}#${number} cannot be merged yet: ${mergeable.why}`, {
    exitCode: 1,
    hint: 'then: git realm pr merge',
    data: { on: mergeable.on ?? null },
  });

const inQueue = (repo: string, number: number): RealmError =>
  new RealmError('merge-queued', `${repo}#${number} is in the merge queue`, {
    exitCode: 1,
    hint: 'wait for it, then git realm pr merge --continue',
  });

const leftQueue = (repo: string, { number, mergeable }: Pull): RealmError =>
  new RealmError('left-queue', `the merge queue removed ${repo}#${number}${because(mergeable.why)}`, {
    exitCode: 1,
    hint: 'see its checks, then git realm pr merge',
  });

const because = (why: string | null): string => (why === null ? '' : `: ${why}`);
