import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../world/cli.ts';

/**
 * All that commands change in a sandbox, by place: refs and what they hold, work trees, worktrees, configuration, hooks, memberships, the
 * index of realms, and every file of the realm. Less what differs between any two runs: ids and times.
 */
export async function wholeState(
  box: Sandbox,
  { repos, realm }: { repos: readonly string[]; realm: string },
): Promise<Map<string, string>> {
  const state = new Map<string, string>();
  const git = async (at: string, ...args: string[]) =>
    (await box.git(['-C', at, ...args], { expect: 'any' })).stdout;
  for (const at of repos) {
    const refs = await git(at, 'for-each-ref', '--format=%(refname) %(objecttype) %(tree) %(subject)');
    state.set(`${at}: refs`, refs.replace(/^refs\/(realm|notes)\/\S+ commit \S* .*\n/gm, ''));
    state.set(`${at}: notes`, await git(at, 'log', '--format=%s %N', '--notes=realm', '--branches'));
    if (at.startsWith('remotes/')) continue;
    state.set(`${at}: status`, await git(at, 'status', '--porcelain', '--branch'));
    state.set(`${at}: worktrees`, await git(at, 'worktree', 'list', '--porcelain'));
    for (const worktree of worktreesOf(box, at))
      state.set(`${worktree}: status`, await git(worktree, 'status', '--porcelain'));
    const config = await git(at, 'config', '--local', '--list');
    state.set(
      `${at}: config`,
      config.replace(/^realm\.cloneid=.*$/gm, 'realm.cloneid').replace(/^notes\.rewriteref=.*\n/gm, ''),
    );
    state.set(
      `${at}: hooks`,
      namesIn(box.path(at, '.git', 'hooks'))
        .filter((name) => !name.endsWith('.sample'))
        .join(),
    );
    state.set(`${at}: exclude`, textOf(box.path(at, '.git', 'info', 'exclude')));
    state.set(`${at}: membership`, textOf(box.path(at, '.blue', 'config.yaml')));
  }
  state.set('index of realms', textOf(box.path('home', '.blue', 'index.yaml')));
  const files = await git(realm, 'ls-tree', '-r', '--name-only', 'main');
  state.set('realm: files', files);
  for (const file of files.split('\n').filter(Boolean))
    state.set(`realm: ${file}`, await git(realm, 'show', `main:${file}`));
  state.set('realm: log', await git(realm, 'log', '--format=%s', 'main'));
  // The journals of change sets stay as the record of what was done, and of what was taken back.
  const refs = await git(realm, 'for-each-ref', '--format=%(refname)');
  state.set('realm: refs', refs.replace(/^refs\/realm\/ops\/.*\n/gm, ''));
  for (const [place, text] of state) state.set(place, withoutIds(text));
  return state;
}

/** The places that differ, each with both texts. */
export function differences(a: Map<string, string>, b: Map<string, string>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((place) => a.get(place) !== b.get(place))
    .map(
      (place) =>
        `${place}:\n--- wanted\n${a.get(place) ?? '(nothing)'}\n+++ found\n${b.get(place) ?? '(nothing)'}`,
    );
}

/** Files that a killed process may have left; what a server's git leaves on its own side is not ours. */
export async function leftFiles(box: Sandbox): Promise<string[]> {
  const names = ['*.lock', 'tmp_*', 'fast_import_crash_*', '*.tmp', 'lock', 'lock.*', '.new-*', 'incoming-*'];
  const script = `
    find . \\( -path ./remotes -o -path './*/node_modules' \\) -prune -o \\( ${names.map((name) => `-name '${name}'`).join(' -o ')} \\) -print
    find tmp -mindepth 1
    find . -path '*/realm/*' -regex '.*/\\(index\\|objects\\|asks\\|draft\\|descends\\|[^/]*json\\)\\.[0-9]+' -print`;
  const { stdout } = await box.run('sh', ['-c', script]);
  return stdout.split('\n').filter(Boolean).sort();
}

/** Removes the locks of git processes that were killed on the servers' side: whoever keeps those repositories does so, not we. */
export async function serverCleared(box: Sandbox): Promise<void> {
  await box.run('find', ['remotes', '-name', '*.lock', '-delete']);
}

/** As if they had been left an hour ago: whoever comes back does so later than a test does. */
export async function ageFiles(box: Sandbox, files: readonly string[]): Promise<void> {
  if (files.length > 0) await box.run('touch', ['-h', '-d', '-1 hour', ...files], { expect: 'any' });
}

/** What git finds wrong with any of the repositories; '' is nothing. */
export async function unsound(box: Sandbox, repos: readonly string[]): Promise<string> {
  const found = [];
  for (const at of repos) {
    const ran = await box.git(['-C', at, 'fsck', '--strict', '--no-dangling', '--no-progress'], {
      expect: 'any',
    });
    if (ran.code !== 0 || /error|missing|broken|corrupt/.test(ran.stderr))
      found.push(`${at}: ${ran.stdout}${ran.stderr}`);
  }
  return found.join('\n');
}

const worktreesOf = (box: Sandbox, at: string): string[] =>
  namesIn(box.path(at, '.worktrees')).map((name) => join(at, '.worktrees', name));

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

const withoutIds = (text: string): string =>
  text
    .replace(/I[0-9a-f]{40}/g, 'CHANGE')
    .replace(/\b[0-9a-f]{40}\b/g, 'OID')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{7,16}\b/g, 'ID');
