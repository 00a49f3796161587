import { RealmError } from '../../errors.ts';
import { discover } from '../../git/repository.ts';
import { openStore, type Store } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import { lookAtMachine } from './machine.ts';
import { lookAtMember } from './member.ts';
import { lookAtStore } from './store.ts';
import type { Finding, Look } from './types.ts';
import { joined } from './types.ts';
import { lookAtIndex } from './user-index.ts';

export interface DoctorResult {
  /** Nothing is left but notes. */
  healthy: boolean;
  /** What was looked at. */
  looked: string[];
  /** What is left to do; with `fix` after the mending. */
  findings: (Omit<Finding, 'mend'> & { /** What `--fix` would do. */ mend: string | null })[];
  /** What was mended, in words. */
  mended: { id: string; message: string; done: string }[];
}

/**
 * Look for whatever keeps git realm from working here: this machine, this repository, and every realm of the index. With
 * `fix`, mend what can be mended, and look again: only what is gone then counts as mended.
 */
export async function examine(context: Context, options: { fix: boolean }): Promise<DoctorResult> {
  const first = await lookAround(context);
  const mendable = first.findings.filter((finding) => finding.mend !== undefined);
  if (!options.fix || mendable.length === 0) return resultOf(first, []);
  const failures = new Map<string, string>();
  for (const finding of mendable) {
    try {
      await finding.mend?.run();
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      failures.set(keyOf(finding), error.message);
    }
  }
  const second = await lookAround(context);
  const left = new Set(second.findings.map(keyOf));
  const mended = mendable
    .filter((finding) => !left.has(keyOf(finding)))
    .map(({ id, message, mend }) => ({ id, message, done: mend?.words ?? '' }));
  const findings = second.findings.map((finding) => {
    const why = failures.get(keyOf(finding));
    return why === undefined ? finding : { ...finding, hint: `could not be mended: ${why}` };
  });
  return resultOf({ looked: second.looked, findings }, mended);
}

const keyOf = ({ id, message, path }: Finding): string => [id, message, path ?? ''].join('\n');

function resultOf({ looked, findings }: Look, mended: DoctorResult['mended']): DoctorResult {
  return {
    healthy: findings.every(({ level }) => level === 'note'),
    looked,
    findings: findings.map(({ mend, ...finding }) => ({ ...finding, mend: mend?.words ?? null })),
    mended,
  };
}

async function lookAround(context: Context): Promise<Look> {
  const machine = await lookAtMachine(context);
  // Without git there is nothing else to look at.
  if (machine.findings.some(({ id }) => id === 'git-missing')) return machine;
  const { member, here, ...repository } = await lookAtMember(context);
  try {
    const { stores, ...index } = await lookAtIndex(context, here);
    const looks = [machine, repository, index];
    const seen = new Set<string>();
    const look = async (store: Store, known: { name?: string; url?: string | undefined }) => {
      if (seen.has(store.repo.commonDir)) return;
      seen.add(store.repo.commonDir);
      looks.push(await lookAtStore(context, store, known));
    };
    // Not the one of an ephemeral checkout: the index does not speak of that.
    if (member !== undefined)
      await look(member.store, (!member.ephemeral && stores.find(({ name }) => name === here?.realm)) || {});
    for (const known of stores) await withStore(context, known.path, (store) => look(store, known));
    if (member === undefined) await withRealmAround(context, (store) => look(store, {}));
    return joined(looks);
  } finally {
    member?.store.close();
    member?.objects.close();
  }
}

async function withStore(
  context: Context,
  path: string,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const store = await openStore(path, context.env);
  try {
    await work(store);
  } finally {
    store.close();
  }
}

/** The realm we may be inside of, which no index need know. */
async function withRealmAround(context: Context, work: (store: Store) => Promise<void>): Promise<void> {
  try {
    const repo = await discover(context.cwd, { env: context.env });
    await withStore(context, repo.worktree ?? repo.gitDir, async (store) => {
      if ((await store.objects.read(`${store.branch}:realm.yaml`)) !== null) await work(store);
    });
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
  }
}
