import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mapPool } from '../../change/pool.ts';
import type { Plan, Step } from '../../change/types.ts';
import { RealmError, usageError } from '../../errors.ts';
import { lastWords } from '../../git/run.ts';
import type { JsonObject } from '../../json.ts';
import type { RealmModel } from '../../realm/model.ts';
import { shellQuoted } from '../../shell-word.ts';
import { type Context, opHead, randomId } from '../open/context.ts';
import { refreshWatchLists } from '../open/hooks.ts';
import { share } from '../share/share.ts';
import { type Checkout, type Checkouts, gitDirOf, listWorktrees, localWidth, mayName } from './checkouts.ts';
import { inChange } from './current.ts';
import { type ChangeRun, drive, interrupted, journalsNow, resume } from './drive.ts';
import { mustBeClear, type Obstacle } from './preconditions.ts';
import { TRAILER } from './steps/commit.ts';

export interface CommitOptions {
  message: string;
  branch?: string | undefined;
  repos: readonly string[];
  link: boolean;
  dryRun: boolean;
  jobs?: number | undefined;
}

export interface Committed extends ChangeRun {
  change: string;
  commits: { repo: string; oid: string | null; files: string[] }[];
  unchanged: string[];
}

/** One commit in every worktree of the change set that has changes, linked with its siblings (DESIGN §9). */
export function commitChange(context: Context, options: CommitOptions): Promise<Committed> {
  const message = options.message.trim();
  if (message === '') throw usageError('the commit message is empty', 'git realm commit -m <message>');
  return inChange(context, options, async (workspace, set, checkouts) => {
    const branch = set.file.name;
    const args: JsonObject = { message, repos: [...options.repos], link: options.link };
    const journals = options.dryRun ? undefined : journalsNow(workspace);
    const old =
      journals === undefined ? null : await interrupted(workspace, branch, 'commit', args, journals);
    if (old !== null) return committed(await resume(context, workspace, checkouts, old, options), [], []);
    const width = localWidth(options.jobs);
    const all = await mapPool([...checkouts.values()], width, (checkout) => stateOf(checkout, branch));
    mustBeClear(all.flatMap(({ obstacles }) => obstacles));
    const changed = all.filter(({ files }) => files.length > 0);
    if (changed.length === 0) {
      // Of one that was cut short after its last step, all that is left to do is to share it.
      if (!options.dryRun) await share(context, workspace);
      throw nothingToCommit(branch, await strayChanges([...checkouts.values()]));
    }
    const change = `I${randomId(20)}`;
    const refused = await mapPool(changed, width, (one) => messageObstacle(one, message, change));
    mustBeClear(refused.flatMap((one) => one ?? []));
    noteIdentities(context, changed);
    const plan = planCommit(context, workspace.who().email, workspace.snapshot.model, {
      branch,
      message,
      change,
      link: options.link,
      args,
      checkouts,
      changed,
    });
    if (!options.dryRun)
      await refreshWatchLists(
        workspace.store,
        changed.map(({ checkout }) => checkout),
      );
    const run = await drive(context, workspace, checkouts, plan, options);
    return committed(run, changed, all);
  });
}

function committed(run: ChangeRun, changed: readonly State[], all: readonly State[]): Committed {
  const made = run.steps.filter((step) => step.words.startsWith('commit'));
  return {
    ...run,
    change: '',
    commits: made.map((step) => ({
      repo: step.repo ?? '',
      oid: typeof step.result?.oid === 'string' ? step.result.oid : null,
      files: changed.find(({ checkout }) => checkout.name === step.repo)?.files ?? [],
    })),
    unchanged: all.filter((one) => !changed.includes(one)).map(({ checkout }) => checkout.name),
  };
}

interface State {
  checkout: Checkout;
  cwd: string;
  gitDir: string;
  head: string;
  /** The index as a tree, to go back to. */
  index: string;
  /** Commits beyond the base. */
  count: number;
  /** What the commit will hold. */
  files: string[];
  obstacles: Obstacle[];
}

/** What a worktree would commit, and what stands in the way. */
async function stateOf(checkout: Checkout, branch: string): Promise<State> {
  const listed = (await listWorktrees(checkout)).find((one) => one.branch === branch && !one.missing);
  const cwd = listed?.path ?? '';
  const state: State = {
    checkout,
    cwd,
    gitDir: listed?.gitDir ?? '',
    head: listed?.head ?? '',
    index: '',
    count: 0,
    files: [],
    obstacles: [],
  };
  const stop = (code: string, message: string, hint: string): void => {
    state.obstacles.push({ repo: checkout.name, code, message, hint });
  };
  const cd = `git -C ${shellQuoted(cwd)}`;
  if (listed === undefined) {
    const detached = (await rebaseOf(checkout, branch)) ?? null;
    if (detached !== null)
      stop(
        'under-way',
        `a rebase of '${branch}' is under way in '${detached}'`,
        `git -C ${shellQuoted(detached)} rebase --continue`,
      );
    else stop('no-worktree', `no worktree of '${branch}' here`, `git realm worktree --branch ${branch}`);
    return state;
  }
  const { stdout } = await checkout.git(['status', '--porcelain=v2', '-z', '--untracked-files=all'], { cwd });
  const { unmerged, staged, unstaged } = statusOf(stdout.toString('utf8'));
  state.gitDir = await gitDirOf(checkout, listed);
  const under = await underWay(state.gitDir);
  if (unmerged.length > 0)
    stop('unmerged', `unmerged: ${unmerged.join(', ')}`, `resolve them in '${cwd}', then git add them`);
  else if (under !== null) stop('under-way', `a ${under} is under way`, `${cd} ${under} --continue`);
  state.files = staged.length > 0 ? staged : unstaged;
  if (state.files.length === 0 || state.obstacles.length > 0) return state;
  const unknown = await whoIsUnknown(checkout, cwd);
  if (unknown !== null)
    stop('no-identity', `git does not know who you are: ${unknown}`, `${cd} config user.email <address>`);
  // Where nothing is staged the index is what HEAD has.
  if (staged.length === 0) state.index = state.head;
  else state.index = (await checkout.git(['write-tree'], { cwd })).stdout.toString('latin1').trim();
  const { tip } = checkout.heads;
  const isFirst = tip.kind !== 'none' && tip.oid === state.head;
  state.count = isFirst ? 0 : await countOf(checkout, branch);
  return state;
}

/** Why git would not commit for want of a name; `null`: it would. */
async function whoIsUnknown(checkout: Checkout, cwd: string): Promise<string | null> {
  try {
    checkout.who();
    return null;
  } catch {
    // Not configured: git may still make an address up from the machine's name.
    const { code, stderr } = await checkout.git(['var', 'GIT_COMMITTER_IDENT'], { cwd, ok: [0, 128] });
    return code === 0 ? null : lastWords(stderr);
  }
}

/** A rebase detaches HEAD: the worktree then lists no branch, and git keeps its name in `rebase-merge/head-name`. */
async function rebaseOf(checkout: Checkout, branch: string): Promise<string | undefined> {
  const { readFile } = await import('node:fs/promises');
  for (const one of await listWorktrees(checkout)) {
    if (one.branch !== null || one.missing) continue;
    const dir = await gitDirOf(checkout, one);
    for (const folder of ['rebase-merge', 'rebase-apply']) {
      const file = path.join(dir, folder, 'head-name');
      if ((await readFile(file, 'utf8').catch(() => '')).trim() === `refs/heads/${branch}`) return one.path;
    }
  }
  return undefined;
}

async function underWay(dir: string): Promise<string | null> {
  const marks = {
    'rebase-merge': 'rebase',
    'rebase-apply': 'rebase',
    MERGE_HEAD: 'merge',
    CHERRY_PICK_HEAD: 'cherry-pick',
    REVERT_HEAD: 'revert',
  };
  for (const [name, word] of Object.entries(marks))
    if ((await stat(path.join(dir, name)).catch(() => null)) !== null) return word;
  return null;
}

/** Commits of the branch beyond its base on the remote. */
export async function countOf(checkout: Checkout, branch: string): Promise<number> {
  const { tip } = checkout.heads;
  const not = tip.kind === 'none' ? [] : [`^${tip.oid}`];
  const args = ['rev-list', '--count', `refs/heads/${branch}`, ...not];
  const { code, stdout } = await checkout.git(args, { ok: [0, 128] });
  return code === 0 ? Number(stdout.toString('latin1')) : 0;
}

/** git-status(1), "Porcelain Format Version 2", with -z. */
function statusOf(text: string): { unmerged: string[]; staged: string[]; unstaged: string[] } {
  const found = { unmerged: [] as string[], staged: [] as string[], unstaged: [] as string[] };
  const fields = text.split('\0');
  for (let at = 0; at < fields.length; at += 1) {
    const line = fields[at] ?? '';
    const kind = line[0];
    const words = line.split(' ');
    const name = (skip: number) => words.slice(skip).join(' ');
    if (kind === 'u') found.unmerged.push(name(10));
    else if (kind === '?') found.unstaged.push(line.slice(2));
    else if (kind === '1' || kind === '2') {
      const file = name(kind === '1' ? 8 : 9);
      if (kind === '2') at += 1;
      const [x, y] = words[1] ?? '..';
      if (x !== '.') found.staged.push(file);
      if (y !== '.') found.unstaged.push(file);
    }
  }
  return found;
}

/** The message hook of each repo is asked before any of them commits. */
async function messageObstacle(
  { checkout, cwd, gitDir }: State,
  message: string,
  change: string,
): Promise<Obstacle | null> {
  if (!(await hasMessageHook(checkout))) return null;
  const file = path.join(gitDir, 'COMMIT_EDITMSG');
  await writeFile(file, `${message}\n\n${TRAILER}: ${change}\n`);
  const args = ['hook', 'run', '--ignore-missing', 'commit-msg', '--', file];
  const { code, stderr } = await checkout.git(args, { cwd, ok: Array.from({ length: 256 }, (_, n) => n) });
  if (code === 0) return null;
  return {
    repo: checkout.name,
    code: 'message-refused',
    message: `its commit-msg hook refuses the message: ${lastWords(stderr) || `exit status ${code}`}`,
    hint: 'git realm commit -m <another message>',
  };
}

/** In the folder that git looks in, or by configuration (git-hook(1), since 2.54). */
async function hasMessageHook({ repo, config, main }: Checkout): Promise<boolean> {
  for (const key of config.keys())
    if (/^hook\..*\.event$/.test(key) && config.all(key).includes('commit-msg')) return true;
  const configured = config.get('core.hooksPath');
  // `~` is for git to expand.
  if (configured?.startsWith('~')) return true;
  const folder =
    configured === undefined ? path.join(repo.commonDir, 'hooks') : path.resolve(main, configured);
  return (await stat(path.join(folder, 'commit-msg')).catch(() => null)) !== null;
}

/** Each repo signs with its own identity, as git does; where they differ that is said. */
function noteIdentities(context: Context, changed: readonly State[]): void {
  const identities = new Map<string, string[]>();
  for (const { checkout } of changed) {
    const { name, email } = checkout.who();
    const who = `${name} <${email}>`;
    identities.set(who, [...(identities.get(who) ?? []), checkout.name]);
  }
  if (identities.size < 2) return;
  const words = [...identities].map(([who, repos]) => `${who} in ${repos.join(', ')}`);
  context.note(`the repos have different identities: ${words.join('; ')}`);
}

interface CommitInput {
  branch: string;
  message: string;
  change: string;
  link: boolean;
  args: JsonObject;
  checkouts: Checkouts;
  changed: readonly State[];
}

/** Commit everywhere, then link what was committed, then track it. */
function planCommit(context: Context, by: string, model: RealmModel, input: CommitInput): Plan {
  const { branch, message, change, checkouts, changed } = input;
  const names = changed.map(({ checkout }) => checkout.name);
  const linked = input.link && names.length > 1;
  const commits = changed.map(
    ({ checkout, head, index }): Step => ({
      id: `commit:${checkout.name}`,
      repo: checkout.name,
      effect: { kind: 'commit', branch, change, message, parent: head, index },
      after: [],
      words: `commit in ${checkout.name}`,
    }),
  );
  const after = commits.map((step) => step.id);
  const links = changed.flatMap(({ checkout }): Step[] => {
    const siblings = names.filter(
      (name) => name !== checkout.name && mayName(model, checkouts, checkout.name, name),
    );
    if (!linked || siblings.length === 0) return [];
    const effect = { kind: 'link' as const, change, siblings };
    const id = `link:${checkout.name}`;
    return [
      { id, repo: checkout.name, effect, after, words: `link ${checkout.name} to ${siblings.join(', ')}` },
    ];
  });
  const tracked: Step = {
    id: 'realm:commit',
    repo: null,
    effect: {
      kind: 'realm',
      op: {
        verb: 'change-commit',
        ...opHead(context, { name: '', email: by }),
        branch,
        change,
        message,
        linked,
        commits: Object.fromEntries(names.map((name) => [name, { $from: `commit:${name}`, $key: 'oid' }])),
        counts: Object.fromEntries(changed.map(({ checkout, count }) => [checkout.name, count + 1])),
      },
      undo: {
        verb: 'change-drop',
        ...opHead(context, { name: '', email: by }),
        branch,
        what: 'commit',
        change,
      },
    },
    after: [...after, ...links.map((step) => step.id)],
    words: `realm: track ${change.slice(0, 9)}`,
  };
  return { verb: 'commit', branch, args: input.args, steps: [...commits, ...links, tracked] };
}

/** Changes made where the change set is not: what people forget is that they edited the main checkout. */
async function strayChanges(checkouts: readonly Checkout[]): Promise<string[]> {
  const dirty = await mapPool(checkouts, localWidth(), async (checkout) => {
    const { code, stdout } = await checkout.git(['status', '--porcelain', '-z'], { ok: [0, 128] });
    return code === 0 && stdout.length > 0 ? checkout.main : null;
  });
  return dirty.flatMap((one) => one ?? []);
}

const nothingToCommit = (branch: string, stray: readonly string[]): RealmError =>
  new RealmError('nothing-to-commit', `no worktree of '${branch}' has changes`, {
    exitCode: 1,
    hint:
      stray.length === 0
        ? 'git realm worktree list shows where they are'
        : `there are changes in ${stray.map((one) => `'${one}'`).join(', ')}, which is no worktree of '${branch}'`,
    data: { stray },
  });
