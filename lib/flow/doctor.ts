import { RealmError } from '../errors.ts';
import { discover } from '../git/repository.ts';
import { openStore, type Store } from '../store/store.ts';
import { lookAtMachine } from './doctor/machine.ts';
import { lookAtMember } from './doctor/member.ts';
import { lookAtStore } from './doctor/store.ts';
import type { Finding, Look } from './doctor/types.ts';
import { joined } from './doctor/types.ts';
import { lookAtIndex } from './doctor/user-index.ts';
import type { Flow } from './flow.ts';

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
export async function examine(flow: Flow, options: { fix: boolean }): Promise<DoctorResult> {
  const first = await lookAround(flow);
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
  const second = await lookAround(flow);
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

async function lookAround(flow: Flow): Promise<Look> {
  const machine = await lookAtMachine(flow);
  // Without git there is nothing else to look at.
  if (machine.findings.some(({ id }) => id === 'git-missing')) return machine;
  const { member, here, ...repository } = await lookAtMember(flow);
  try {
    const { stores, ...index } = await lookAtIndex(flow, here);
    const looks = [machine, repository, index];
    const seen = new Set<string>();
    const look = async (store: Store, known: { name?: string; url?: string | undefined }) => {
      if (seen.has(store.repo.commonDir)) return;
      seen.add(store.repo.commonDir);
      looks.push(await lookAtStore(flow, store, known));
    };
    // Not the one of an ephemeral checkout: the index does not speak of that.
    if (member !== undefined)
      await look(member.store, (!member.ephemeral && stores.find(({ name }) => name === here?.realm)) || {});
    for (const known of stores) await withStore(flow, known.path, (store) => look(store, known));
    if (member === undefined) await withRealmAround(flow, (store) => look(store, {}));
    return joined(looks);
  } finally {
    member?.store.close();
    member?.objects.close();
  }
}

async function withStore(flow: Flow, path: string, work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore(path, flow.env);
  try {
    await work(store);
  } finally {
    store.close();
  }
}

/** The realm we may be inside of, which no index need know. */
async function withRealmAround(flow: Flow, work: (store: Store) => Promise<void>): Promise<void> {
  try {
    const repo = await discover(flow.cwd, { env: flow.env });
    await withStore(flow, repo.worktree ?? repo.gitDir, async (store) => {
      if ((await store.objects.read(`${store.branch}:realm.yaml`)) !== null) await work(store);
    });
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
  }
}
