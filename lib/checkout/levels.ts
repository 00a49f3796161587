import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SourceFile } from '../detect/types.ts';
import { RealmError } from '../errors.ts';
import { type ObjectReader, openObjects } from '../git/objects.ts';
import type { Repository } from '../git/repository.ts';
import { lastWords } from '../git/run.ts';
import { EMPTY_TREE } from '../store/work-tree.ts';

/** Where a version of the code counts, as in git: work tree, index, HEAD, and the publishing tip (DESIGN §6). */
export type Level = 'worktree' | 'index' | 'head' | 'tip';

/** A source file at some level, named by content before its bytes are read. */
export interface Source {
  path: string;
  oid: string;
  read(): Promise<Uint8Array>;
}

/** A file larger than this is not read into memory from the work tree: the detector says so. */
const READ_LIMIT = 64 * 1024 * 1024;

/** Reads sources of one repository; a fixed number of git processes however many exports ask. */
export interface Levels {
  /** The regular files that the pathspecs name in a commit's tree. */
  inCommit(oid: string, pathspecs: readonly string[]): Promise<Source[]>;
  /** The same in the index and in the work tree (tracked, or untracked and not ignored). */
  inCheckout(pathspecs: readonly string[]): Promise<{ index: Source[]; worktree: Source[] }>;
  close(): void;
}

export function levelsOf(repo: Repository, env: NodeJS.ProcessEnv): Levels {
  const objects = openObjects(repo, env);
  return {
    inCommit: async (oid, pathspecs) => {
      const args = [
        'diff-tree',
        '-r',
        '--raw',
        '-z',
        '--no-renames',
        '--no-abbrev',
        EMPTY_TREE[repo.objectFormat],
        oid,
      ];
      const { stdout } = await ask(repo, [...args, '--', ...pathspecs]);
      return rawEntries(stdout).map((entry) => fromObject(objects, entry.path, entry.oid));
    },
    inCheckout: async (pathspecs) => {
      const args = ['ls-files', '-z', '-t', '-s', '-m', '-d', '-o', '--exclude-standard'];
      const { stdout } = await ask(repo, [...args, '--', ...pathspecs]);
      return checkoutSources(repo, objects, stdout);
    },
    close: () => objects.close(),
  };
}

/** The sources with their bytes, as detectors take them. */
export const readSources = (sources: readonly Source[]): Promise<SourceFile[]> =>
  Promise.all(sources.map(async (source) => ({ path: source.path, bytes: await source.read() })));

async function ask(repo: Repository, args: string[]) {
  const result = await repo.git(['-c', 'core.quotePath=false', ...args], { ok: [0, 128] });
  if (result.code === 0) return result;
  throw new RealmError('bad-pathspec', `cannot list source files: ${lastWords(result.stderr)}`, {
    hint: 'git realm export --name <contract> --source <path in this repository>',
  });
}

/** `:<mode> <mode> <oid> <oid> <status> NUL <path> NUL` … (git-diff-tree(1), RAW OUTPUT FORMAT) */
function rawEntries(stdout: Buffer): { path: string; oid: string }[] {
  const fields = stdout.toString('utf8').split('\0');
  const entries = [];
  for (let n = 0; n + 1 < fields.length; n += 2) {
    const [, mode = '', , oid = ''] = (fields[n] ?? '').split(' ');
    const name = fields[n + 1];
    if (mode.startsWith('100') && name !== undefined) entries.push({ path: name, oid });
  }
  return entries;
}

/**
 * `H` cached, `C` changed in the work tree, `R` removed there, `?` untracked. A removed file is listed as changed too.
 * Symbolic links and submodules are no sources: nothing leads out of the repository.
 */
async function checkoutSources(repo: Repository, objects: ObjectReader, stdout: Buffer) {
  const index = new Map<string, Source>();
  const worktree = new Map<string, Source>();
  const onDisk = new Set<string>();
  const gone = new Set<string>();
  for (const entry of stdout.toString('utf8').split('\0')) {
    const match = /^(\S) (?:(\d{6}) ([0-9a-f]+) (\d)\t)?([\s\S]+)$/.exec(entry);
    if (match === null) continue;
    const [, tag, mode, oid, stage, name = ''] = match;
    if (tag === '?') onDisk.add(name);
    else if (tag === 'R') gone.add(name);
    else if (!mode?.startsWith('100') || stage !== '0' || oid === undefined) continue;
    else if (tag === 'C') onDisk.add(name);
    else {
      const source = fromObject(objects, name, oid);
      index.set(name, source);
      worktree.set(name, source);
    }
  }
  for (const name of gone) worktree.delete(name);
  for (const name of onDisk) {
    if (gone.has(name)) continue;
    const source = await fromDisk(repo, name);
    if (source === null) worktree.delete(name);
    else worktree.set(name, source);
  }
  return { index: sorted(index), worktree: sorted(worktree) };
}

const sorted = (sources: Map<string, Source>): Source[] =>
  [...sources.values()].sort((a, b) => (a.path < b.path ? -1 : 1));

const fromObject = (objects: ObjectReader, name: string, oid: string): Source => ({
  path: name,
  oid,
  read: async () => (await objects.read(oid))?.bytes ?? Buffer.alloc(0),
});

async function fromDisk(repo: Repository, name: string): Promise<Source | null> {
  const file = path.join(repo.worktree ?? '', name);
  const found = await lstat(file).catch(() => null);
  if (found === null || !found.isFile()) return null;
  const bytes = found.size > READ_LIMIT ? Buffer.alloc(0) : await readFile(file).catch(() => null);
  if (bytes === null) return null;
  const hash = createHash(repo.objectFormat).update(`blob ${bytes.length}\0`).update(bytes);
  return { path: name, oid: hash.digest('hex'), read: async () => bytes };
}
