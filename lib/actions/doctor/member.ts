import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isWatched } from '../../checkout/drift.ts';
import { mainWorktree } from '../../checkout/main-worktree.ts';
import { CONFIG_PATH, closeMember, type Member, openMember, readMembership } from '../../checkout/member.ts';
import { readUserIndex, rememberRealm } from '../../checkout/user-index.ts';
import { forCount } from '../../count.ts';
import { RealmError } from '../../errors.ts';
import { shortBranch } from '../../git/branches.ts';
import { readConfig } from '../../git/config.ts';
import { listRefs, swapRef } from '../../git/refs.ts';
import { discover, type Repository } from '../../git/repository.ts';
import { parentsOf } from '../../git/rev-parse.ts';
import { listWorktrees } from '../../git/worktrees.ts';
import { watchListState } from '../../hooks/watch-list-state.ts';
import { fromRefSafe, refSafe } from '../../names.ts';
import { ownExports } from '../../realm/exports.ts';
import { hasJoined } from '../../realm/ownership.ts';
import type { Context } from '../open/context.ts';
import { inHooks, refreshWatchList } from '../open/hooks.ts';
import { gitLeftFindings, leftoverFindings } from './leftovers.ts';
import { fromError } from './machine.ts';
import { signingFindings } from './signing.ts';
import { trueSnapshot } from './truth.ts';
import type { Examined, Symptom } from './types.ts';

export interface ExaminedMember extends Examined {
  /** Where we are is the checkout of this repo: its entry in the index is looked at here, not among the others. */
  here?: { realm: string; repo: string };
  /** Open, to be closed by the caller. */
  member?: Member;
}

/** The repository around us: attached, registered, with hooks that are in place and know what to watch. */
export async function examineMember(context: Context): Promise<ExaminedMember> {
  try {
    const repo = await discover(context.cwd, { env: context.env });
    const [config, file] = await Promise.all([readConfig(repo), readMembership(repo)]);
    if (file === null) return { looked: [], findings: outsideFindings(config.get('realm.cloneId')) };
    const here = { realm: file.realm.name, repo: file.repo };
    const checkout = [
      ...(config.get('realm.cloneId') === undefined ? [] : await checkoutFindings(context, repo, here)),
      ...(await gitLeftFindings({ repo })),
    ];
    try {
      const member = await openMember(context);
      const ofMember = await memberFindings(context, member).catch((error) => {
        closeMember(member);
        throw error;
      });
      const findings = [...checkout, ...ofMember];
      return { looked: [`repository ${file.repo}`], findings, here, member };
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      return { looked: [`repository ${file.repo}`], findings: [...checkout, fromError(error)], here };
    }
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    if (error.code === 'not-a-repository') return { looked: [], findings: [] };
    return { looked: [], findings: [fromError(error)] };
  }
}

/** A clone id without a membership: mostly another branch, from before it joined. */
function outsideFindings(cloneId: string | undefined): Symptom[] {
  if (cloneId === undefined) return [];
  return [
    {
      id: 'membership-missing',
      level: 'note',
      message: `this repository joined a realm, but ${CONFIG_PATH} is not in the checked-out commit`,
      hint: `git restore ${CONFIG_PATH}, or check out a branch that contains it`,
    },
  ];
}

/** The index knows this repository, or another clone of it that is there. */
async function checkoutFindings(
  context: Context,
  repo: Repository,
  here: { realm: string; repo: string },
): Promise<Symptom[]> {
  const { realms } = await readUserIndex(context.env);
  const realm = realms.find(({ name }) => name === here.realm);
  // A realm that is in no index is what `openMember` tells about.
  if (realm === undefined) return [];
  const known = realm.checkouts?.[here.repo];
  if (known !== undefined && (await exists(known))) return [];
  const main = await mainWorktree(repo);
  const { checkouts: _others, ...place } = realm;
  return [
    {
      id: 'checkout-moved',
      level: 'warning',
      message:
        known === undefined
          ? `your index does not know where '${here.repo}' is checked out`
          : `your index lists '${here.repo}' at '${known}', which no longer exists`,
      mend: {
        words: `record '${main}' in the index`,
        done: `recorded '${main}' in the index`,
        run: () => rememberRealm(context.env, place, { repo: here.repo, path: main }),
      },
    },
  ];
}

const exists = (location: string): Promise<boolean> =>
  stat(location).then(
    () => true,
    () => false,
  );

async function memberFindings(context: Context, member: Member): Promise<Symptom[]> {
  const cache = path.join(member.repo.commonDir, 'realm');
  const snapshot = await trueSnapshot(context, member.store);
  const { model } = snapshot;
  const findings = await signingFindings(context, member, snapshot);
  if (!hasJoined(model, member.name)) {
    findings.push({
      id: 'not-registered',
      level: 'error',
      message: `'${member.name}' is not registered in realm '${member.file.realm.name}'`,
      hint: 'git realm join',
    });
  }
  const drift = member.config.get('realm.drift');
  if (drift !== undefined && !['warn', 'block', 'off'].includes(drift)) {
    findings.push({
      id: 'config-value',
      level: 'warning',
      message: `realm.drift must be 'warn', 'block' or 'off', not '${drift}'`,
      hint: 'git config realm.drift warn',
    });
  }
  findings.push(
    ...(await leftoverFindings(cache, 'cache')),
    ...(await leftoverFindings(path.join(cache, 'readings'), 'cache')),
  );
  if (member.repo.worktree !== null)
    findings.push(...(await leftoverFindings(path.join(member.repo.worktree, '.blue'), 'membership')));
  findings.push(...(await draftFindings(member)));
  // Hooks run where commits are made by hand.
  if (member.ephemeral || member.repo.worktree === null) return findings;
  const contracts = ownExports(model, member.name)
    .filter(isWatched)
    .map((own) => own.entry.source_files ?? []);
  return [...findings, ...(await hookFindings(context)), ...(await watchFindings(member, contracts))];
}

async function hookFindings(context: Context): Promise<Symptom[]> {
  const hooks = await inHooks(context, 'status');
  const findings: Symptom[] = [];
  for (const state of ['missing', 'outdated'] as const) {
    const names = hooks.filter((hook) => hook.state === state).map(({ hook }) => hook);
    if (names.length === 0) continue;
    findings.push({
      id: `hooks-${state}`,
      level: 'warning',
      message: `${state} ${forCount(names.length, 'hook')}: ${names.join(', ')}`,
      hint: 'git realm hooks install',
      mend: {
        words: 'install them',
        done: 'installed',
        run: async () => {
          await inHooks(context, 'install');
        },
      },
    });
  }
  for (const hook of hooks) {
    const runs = hook.state === 'installed';
    if (hook.state !== 'refused' && !(runs && hook.reason !== undefined)) continue;
    findings.push({
      id: runs ? 'hooks-partly' : 'hooks-refused',
      level: 'warning',
      message: `the ${hook.hook} hook ${runs ? 'is installed' : 'does not run'}: ${hook.reason ?? hook.path}`,
      ...(hook.line === undefined ? {} : { hint: lineHint(hook.line, hook.lineFile ?? hook.path) }),
    });
  }
  return findings;
}

/** What takes several lines is printed where they are kept apart. */
const lineHint = (line: string, file: string): string =>
  line.includes('\n') ? `for the line to add to ${file}: git realm hooks status` : `add to ${file}: ${line}`;

async function watchFindings(member: Member, contracts: readonly (readonly string[])[]): Promise<Symptom[]> {
  const state = await watchListState(member.repo.commonDir, contracts);
  if (state === 'right') return [];
  const words = {
    absent: 'the watch list of the hooks is missing: the next hook is slow',
    torn: 'the watch list of the hooks is incomplete: the next hook is slow',
    behind: 'the watch list of the hooks is older than the realm: the next hook is slow',
    wrong: 'the watch list of the hooks is wrong: they would miss a change',
  };
  // A path that no line of the list can hold leaves hooks that always ask.
  const impossible = /\n/.test(member.store.repo.commonDir);
  return [
    {
      id: `watch-list-${state}`,
      level: state === 'wrong' ? 'error' : state === 'behind' || impossible ? 'note' : 'warning',
      message: words[state],
      mend: { words: 'write it again', done: 'written again', run: () => refreshWatchList(member) },
    },
  ];
}

/** Drafts of this clone whose branch is gone, or which show a commit that no work tree is at any more. */
async function draftFindings({ repo, config, name, store }: Member): Promise<Symptom[]> {
  const prefix = `refs/realm/drafts/${refSafe(name)}/${refSafe(config.get('realm.cloneId') ?? '')}/`;
  const drafts = await listRefs(store.repo, [prefix]);
  if (drafts.length === 0) return [];
  const worktrees = await listWorktrees(repo);
  const branches = await listRefs(repo, ['refs/heads/']);
  const heads = worktrees.flatMap(({ head }) => head ?? []);
  const live = new Set([
    ...branches.map((branch) => shortBranch(branch.name)),
    ...heads,
    // A branch without a commit is not a ref yet.
    ...worktrees.flatMap(({ branch }) => branch ?? []),
    // Detached, a draft is at the parent of the commit that matches it.
    ...(await parentsOf(repo, heads)),
    ...(repo.branch === null ? [] : [shortBranch(repo.branch)]),
  ]);
  const dead = drafts.filter((draft) => !live.has(fromRefSafe(draft.name.slice(prefix.length))));
  if (dead.length === 0) return [];
  const names = dead.map((draft) => fromRefSafe(draft.name.slice(prefix.length)));
  return [
    {
      id: 'drafts-dead',
      level: 'warning',
      message: `drafts of deleted branches: ${names.slice(0, 5).join(', ')}`,
      mend: {
        words: 'remove them',
        done: 'removed them',
        run: async () => {
          for (const draft of dead) await swapRef(store.repo, draft.name, draft.oid, null);
        },
      },
    },
  ];
}
