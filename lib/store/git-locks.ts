import { readdirSync, readFileSync, readlinkSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from './store.ts';

/** A lock file of git's in a store, and why it cannot be decided that nobody holds it; '' where no process can. */
export interface GitLock {
  file: string;
  mayBeHeld: string;
}

/**
 * The lock files of git that stay in a store, with what is known of who could hold them. A fresh one is looked at until it is
 * gone, or so old that its git is dead or slow: two seconds at most.
 */
export async function gitLocks({ repo }: Pick<Store, 'repo'>): Promise<GitLock[]> {
  const within = [repo.gitDir, repo.worktree ?? repo.gitDir];
  let found = lockFiles(repo.commonDir);
  const ages = () => found.flatMap((file) => ageOf(file) ?? []);
  for (let looks = 0; looks < LOOKS && ages().some((age) => age < YOUNG_MS); looks += 1) {
    await sleep(YOUNG_MS / LOOKS);
    found = found.filter((file) => ageOf(file) !== null);
  }
  return found.map((file) => ({ file, mayBeHeld: mayBeHeld(file, within) }));
}

/**
 * What killed gits have left half written: packs, objects, reports of a crash. Harmless, and `git gc` removes most of it after
 * two weeks; only what is older than a minute and what no process can still write is given back.
 */
export function gitScraps({ repo }: Pick<Store, 'repo'>): string[] {
  const within = [repo.gitDir, repo.worktree ?? repo.gitDir];
  const objects = path.join(repo.commonDir, 'objects');
  const folders = namesIn(objects).filter((name) => /^[0-9a-f]{2}$/.test(name));
  const found = [repo.commonDir, objects, ...[...folders, 'pack'].map((name) => path.join(objects, name))];
  return found
    .flatMap((folder) =>
      namesIn(folder)
        .filter(isScrap)
        .map((name) => path.join(folder, name)),
    )
    .filter((file) => (ageOf(file) ?? 0) > SCRAP_MS && mayBeHeld(file, within) === '')
    .filter((file) => !processes().some((pid) => hasOpen(pid, file)));
}

/** What git names so is never read again (object-file.c, pack-write.c, tmp-objdir.c, fast-import.c). */
const isScrap = (name: string): boolean =>
  /^(tmp_(obj|pack|idx|rev|bitmap|midx|mtimes)_|tmp_objdir-|fast_import_crash_\d)/.test(name);

const SCRAP_MS = 60_000;

const namesIn = (folder: string): string[] => attempt(() => readdirSync(folder)) ?? [];

const LOOKS = 20;

const ageOf = (file: string): number | null => attempt(() => Date.now() - statSync(file).mtimeMs);

/** Where git makes lock files (gitrepository-layout(5)); folders with `true` are looked through to their end. */
const PLACES = {
  '.': false,
  refs: true,
  worktrees: true,
  reftable: false,
  objects: false,
  'objects/info': true,
  'objects/pack': false,
} as const;

function lockFiles(commonDir: string): string[] {
  return Object.entries(PLACES).flatMap(([place, deep]) => locksIn(path.join(commonDir, place), deep));
}

function locksIn(directory: string, deep: boolean): string[] {
  const entries = attempt(() => readdirSync(directory, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) return deep ? locksIn(file, true) : [];
    return entry.name.endsWith('.lock') ? [file] : [];
  });
}

/** Hardly any git of a store runs longer. */
const YOUNG_MS = 2000;
/** Nothing that git does in a store takes so long. */
const OLD_MS = 600_000;
/** The process namespace of the machine itself (proc_ns.h, PROC_PID_INIT_INO): from there every process is seen. */
const ALL_PROCESSES = 'pid:[4026531836]';
/** NFS, SMB, CIFS, FUSE and 9p (statfs(2)): another machine may work there. */
const SHARED_DISKS = [0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x65735546, 0x01021997];

function mayBeHeld(file: string, within: readonly string[]): string {
  if ((ageOf(file) ?? 0) > OLD_MS) return '';
  const type = attempt(() => statfsSync(path.dirname(file)).type >>> 0);
  if (type === null || SHARED_DISKS.includes(type)) return 'a git process on another machine may hold it';
  if (attempt(() => readlinkSync('/proc/self/ns/pid')) !== ALL_PROCESSES)
    return 'a git process that is not visible from here may hold it';
  const holder = processes().find((pid) => holds(pid, file, within));
  return holder === undefined ? '' : `process ${holder} may hold it`;
}

const processes = (): string[] => namesIn('/proc').filter((name) => /^\d+$/.test(name));

/** Has the process the file open, or is it a git at work in that repository? Our own children are not asked for theirs. */
function holds(pid: string, file: string, within: readonly string[]): boolean {
  const proc = (name: string) => `/proc/${pid}/${name}`;
  if (hasOpen(pid, file)) return true;
  const [name = '', ...words] = (attempt(() => readFileSync(proc('cmdline'), 'utf8')) ?? '').split('\0');
  if (!/(^|\/)git(-[a-z-]+)?$/.test(name) || words.some((word) => word.endsWith('--daemon'))) return false;
  if (Number(/^PPid:\s*(\d+)/m.exec(readFileSafe(proc('status')))?.[1]) === process.pid) return false;
  const cwd = attempt(() => readlinkSync(proc('cwd')));
  const isThere = (place: string) => within.some((top) => place === top || place.startsWith(top + path.sep));
  return cwd === null || isThere(cwd) || words.some((word) => within.some((top) => word.includes(top)));
}

function hasOpen(pid: string, file: string): boolean {
  const open = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return open.some((fd) => attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) === file);
}

const readFileSafe = (file: string): string => attempt(() => readFileSync(file, 'utf8')) ?? '';

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
