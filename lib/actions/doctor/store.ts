import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { contentRefusals } from '../../governance/refusals.ts';
import type { RealmModel } from '../../realm/model.ts';
import { withLock } from '../../store/lock.ts';
import { REWRITE_HINT, rewriteOf, rewriteWords } from '../../store/rewrite.ts';
import type { Store } from '../../store/store.ts';
import { bringAlong, workTreeState } from '../../store/work-tree.ts';
import type { Context } from '../open/context.ts';
import { badItemFindings } from './bad-items.ts';
import { gitLeftFindings, leftoverFindings, lockFindings } from './leftovers.ts';
import { operationFindings } from './operations.ts';
import { sessionFindings } from './sessions.ts';
import { cacheFindings, draftFindings, scratchFindings } from './store-leftovers.ts';
import { leftOutFindings, remoteFindings } from './store-remote.ts';
import { trueSnapshot } from './truth.ts';
import type { Examined, Symptom } from './types.ts';

/** What the user's index says of a store. */
export interface Known {
  /** Absent where the store is in no index: looked at from inside, or made for CI. */
  name?: string | undefined;
  url?: string | undefined;
}

/** A realm's store on this machine: its files, its caches, and what interrupted work left in it. */
export async function examineStore(context: Context, store: Store, known: Known): Promise<Examined> {
  const where = store.repo.worktree ?? store.repo.gitDir;
  const { model, commit } = await trueSnapshot(context, store);
  const problems = model.problems();
  const name = model.realm?.name ?? known.name ?? '';
  return {
    looked: [`realm ${name} at ${where}`],
    findings: [
      ...problems.map((problem): Symptom => ({ id: 'file-invalid', level: 'error', ...placeOf(problem) })),
      ...(await contentFindings(store, model)),
      ...realmFindings(where, known, commit === null, model.realm, model.has('realm.yaml')),
      ...(await rewriteFindings(store)),
      ...(await writableFindings(store, where)),
      ...(await cacheFindings(store)),
      ...(await lockFindings(store.directory, `realm '${name}'`)),
      ...(await gitLeftFindings(store)),
      ...(await leftoverFindings(store.directory, 'cache')),
      ...(await scratchFindings(store)),
      ...(await operationFindings(context, store)),
      ...(await draftFindings(context, store)),
      ...(await badItemFindings(context, store)),
      ...(await workTreeFindings(store)),
      ...leftOutFindings(store),
      ...(await remoteFindings(context, store, known)),
      ...(name === '' ? [] : await sessionFindings(context, name)),
    ],
  };
}

const placeOf = (problem: { path: string; line: number; message: string }) => ({
  path: problem.path,
  line: problem.line,
  message: problem.message,
  hint: 'fix the file in the realm and commit it; everything else can still be read',
});

/** Files of a contract's content that are not what it lists, although they have the right names. */
async function contentFindings(store: Store, model: RealmModel): Promise<Symptom[]> {
  const contracts = model.domainNames().flatMap((domain) =>
    model
      .contractNames(domain)
      .filter((contract) => model.contract(domain, contract)?.content !== undefined)
      .filter((contract) => model.contentProblem(domain, contract) === undefined)
      .map((contract) => ({ domain, contract })),
  );
  const blob = (oid: string) => store.objects.info(oid);
  const refused = await contentRefusals({ after: model, blob }, contracts);
  return refused.map((message) => ({
    id: 'file-invalid',
    level: 'error',
    message,
    hint: 'its owner must publish it again: git realm export',
  }));
}

function realmFindings(
  where: string,
  known: Known,
  empty: boolean,
  realm: { name: string; version: string } | undefined,
  hasFile: boolean,
): Symptom[] {
  if (empty || (realm === undefined && !hasFile)) {
    const message = empty
      ? `the realm at '${where}' has no commits`
      : `'${where}' is not a realm: it has no realm.yaml`;
    return [
      { id: 'not-a-realm', level: 'error', message, hint: 'git realm join <path or URL of the realm>' },
    ];
  }
  const findings: Symptom[] = [];
  if (realm !== undefined && !realm.version.startsWith('1.')) {
    const message = `the realm has format ${realm.version}; this version writes 1.x`;
    findings.push({ id: 'realm-format', level: 'error', message, hint: 'install a newer git-realm' });
  }
  if (realm !== undefined && known.name !== undefined && known.name !== realm.name) {
    findings.push({
      id: 'realm-renamed',
      level: 'error',
      message: `your index lists realm '${known.name}' at '${where}', but its name is '${realm.name}'`,
      hint: 'git realm join <path or URL of the right realm>',
    });
  }
  return findings;
}

/** Nothing goes on until somebody accepts it. */
async function rewriteFindings(store: Store): Promise<Symptom[]> {
  const rewrite = await rewriteOf(store);
  if (rewrite === null) return [];
  return [{ id: 'realm-rewritten', level: 'error', message: rewriteWords(rewrite), hint: REWRITE_HINT }];
}

/** Drafts and everything that is published would be refused. */
async function writableFindings({ repo }: Store, where: string): Promise<Symptom[]> {
  for (const place of [repo.commonDir, path.join(repo.commonDir, 'objects')])
    try {
      await access(place, constants.W_OK);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const message = `the realm at '${where}' cannot be written: ${code ?? String(cause)}`;
      const hint =
        'drafts cannot be saved and nothing can be published: check the permissions and the mount options';
      return [{ id: 'store-read-only', level: 'warning', message, path: place, hint }];
    }
  return [];
}

async function workTreeFindings(store: Store): Promise<Symptom[]> {
  const state = await workTreeState(store);
  if (state.kind === 'changed') {
    const message = `the work tree of the realm was not updated: ${state.why}`;
    return [
      { id: 'work-tree-changed', level: 'note', message, hint: `git -C '${store.repo.worktree}' status` },
    ];
  }
  if (state.kind !== 'behind') return [];
  return [
    {
      id: 'work-tree-behind',
      level: 'warning',
      message: `the work tree of the realm at '${store.repo.worktree}' is behind its branch`,
      hint: `local changes may prevent an update: git -C '${store.repo.worktree}' status`,
      mend: {
        words: 'update it',
        done: 'updated it',
        run: async () => {
          await withLock(store.directory, () => bringAlong(store));
        },
      },
    },
  ];
}
