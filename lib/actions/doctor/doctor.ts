/**
 * `lib/actions/doctor`: finds what keeps git realm from working here, and fixes what can be fixed. One file
 * for each thing that is examined.
 */

import { closeMember } from '../../checkout/member.ts';
import { RealmError } from '../../errors.ts';
import { discover } from '../../git/repository.ts';
import { openStore, type Store } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import { examineForge } from './forge.ts';
import { examineMachine } from './machine.ts';
import { examineMember } from './member.ts';
import { examineStore } from './store.ts';
import type { Examined, Symptom } from './types.ts';
import { joined } from './types.ts';
import { examineIndex } from './user-index.ts';

export interface DoctorResult {
  /** Nothing is left but notes. */
  healthy: boolean;
  /** What was looked at. */
  looked: string[];
  /** What is left to do; with `fix`, after the fixes. */
  findings: (Omit<Symptom, 'mend'> & { /** What `--fix` would do. */ mend: string | null })[];
  /** What was fixed, in words. */
  mended: { id: string; message: string; done: string }[];
}

/**
 * Look for whatever keeps git realm from working here: this machine, this repository, and every realm of the index. With
 * `fix`, fix what can be fixed, and look again: only what was removed then counts as fixed. With `forge`, ask the forge of this repository too.
 */
export async function examine(
  context: Context,
  options: { fix: boolean; forge?: boolean },
): Promise<DoctorResult> {
  const forge = options.forge === true ? await examineForge(context) : { looked: [], findings: [] };
  const first = joined([await examineAll(context), forge]);
  const mendable = first.findings.flatMap(({ mend, ...finding }) => (mend ? [{ ...finding, mend }] : []));
  if (!options.fix || mendable.length === 0) return resultOf(first, []);
  const failures = new Map<string, string>();
  for (const finding of mendable) {
    try {
      await finding.mend.run();
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      failures.set(keyOf(finding), error.message);
    }
  }
  const second = joined([await examineAll(context), forge]);
  const left = new Set(second.findings.map(keyOf));
  const mended = mendable
    .filter((finding) => !left.has(keyOf(finding)))
    .map(({ id, message, mend }) => ({ id, message, done: mend.done }));
  const findings = second.findings.map((finding) => {
    const why = failures.get(keyOf(finding));
    return why === undefined ? finding : { ...finding, hint: `could not be fixed: ${why}` };
  });
  return resultOf({ looked: second.looked, findings }, mended);
}

const keyOf = ({ id, message, path }: Symptom): string => [id, message, path ?? ''].join('\n');

function resultOf({ looked, findings }: Examined, mended: DoctorResult['mended']): DoctorResult {
  return {
    healthy: findings.every(({ level }) => level === 'note'),
    looked,
    findings: findings.map(({ mend, ...finding }) => ({ ...finding, mend: mend?.words ?? null })),
    mended,
  };
}

async function examineAll(context: Context): Promise<Examined> {
  const machine = await examineMachine(context);
  // Without git there is nothing else to look at.
  if (machine.findings.some(({ id }) => id === 'git-missing')) return machine;
  const { member, here, ...repository } = await examineMember(context);
  try {
    const { stores, ...index } = await examineIndex(context, here);
    const examined = [machine, repository, index];
    const seen = new Set<string>();
    const examineOnce = async (store: Store, known: { name?: string; url?: string | undefined }) => {
      if (seen.has(store.repo.commonDir)) return;
      seen.add(store.repo.commonDir);
      examined.push(await examineStore(context, store, known));
    };
    // Not the one of an ephemeral checkout: the index does not list that.
    if (member !== undefined)
      await examineOnce(
        member.store,
        (!member.ephemeral && stores.find(({ name }) => name === here?.realm)) || {},
      );
    for (const known of stores) await withStore(context, known.path, (store) => examineOnce(store, known));
    if (member === undefined) await withRealmAround(context, (store) => examineOnce(store, {}));
    return joined(examined);
  } finally {
    if (member !== undefined) closeMember(member);
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
