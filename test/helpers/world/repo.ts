import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Sandbox } from './cli.ts';

/** Files as a tree: `{ models: { 's3.py': 'BUCKET = …' }, 'README.md': '…' }`. */
export interface Tree {
  [name: string]: string | Tree;
}

export interface Repo {
  /** Absolute. */
  path: string;
  /** The bare remote `origin`, absolute. */
  remote: string | undefined;
  /** `git <args>` in it; standard output without its last newline. */
  git(...args: string[]): Promise<string>;
  write(tree: Tree): void;
  read(path: string): string;
  /** Writes the tree, adds everything, commits. The new commit's oid. */
  commit(message: string, tree?: Tree): Promise<string>;
  push(...args: string[]): Promise<string>;
}

/** Options: `remote: false` for a repository without one, `bare`, `sha256`, and the files of the first commit. */
export interface RepoOptions {
  remote?: boolean;
  sha256?: boolean;
  tree?: Tree;
}

/** A repository `<name>` in the sandbox with a bare remote `remotes/<name>.git`, a first commit, and it pushed. */
export async function makeRepo(box: Sandbox, name: string, options: RepoOptions = {}): Promise<Repo> {
  const format = options.sha256 ? ['--object-format=sha256'] : [];
  const path = box.path(name);
  await box.git(['init', '-q', ...format, path]);
  const remote = options.remote === false ? undefined : box.path('remotes', `${name}.git`);
  if (remote !== undefined) {
    await box.git(['init', '-q', '--bare', ...format, remote]);
    await box.git(['-C', path, 'remote', 'add', 'origin', remote]);
  }
  const repo = openRepo(box, name, remote);
  if (options.tree !== undefined) {
    await repo.commit('start', options.tree);
    if (remote !== undefined) await repo.push('-u', 'origin', 'main');
  }
  return repo;
}

/** A second clone of a remote, as a colleague would make it. */
export async function cloneRepo(box: Sandbox, remote: string, name: string): Promise<Repo> {
  await box.git(['clone', '-q', remote, box.path(name)]);
  return openRepo(box, name, remote);
}

/** A repository that is already there. */
export function openRepo(box: Sandbox, name: string, remote?: string): Repo {
  const path = box.path(name);
  const git = async (...args: string[]): Promise<string> =>
    (await box.git(args, { cwd: path })).stdout.replace(/\n$/, '');
  const repo: Repo = {
    path,
    remote,
    git,
    write: (tree) => writeTree(path, tree),
    read: (file) => readFileSync(join(path, file), 'utf8'),
    async commit(message, tree) {
      if (tree !== undefined) repo.write(tree);
      await git('add', '-A');
      await git('commit', '-q', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    push: (...args) => git('push', '-q', ...args),
  };
  return repo;
}

/** Writes files and folders below a directory. */
export function writeTree(directory: string, tree: Tree): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, content] of Object.entries(tree)) {
    const path = join(directory, name);
    if (typeof content !== 'string') writeTree(path, content);
    else {
      if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  }
}
