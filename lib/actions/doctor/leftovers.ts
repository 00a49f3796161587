import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { counted } from '../../count.ts';
import { gitLocks, gitScraps } from '../../store/git-locks.ts';
import { breakLock, deadLockOwner } from '../../store/lock.ts';
import type { Store } from '../../store/store.ts';
import type { Symptom } from './types.ts';

/** A lock whose process is dead: the next writer takes it over, but only after a while. */
export async function lockFindings(directory: string, whose: string): Promise<Symptom[]> {
  const owner = deadLockOwner(directory);
  if (owner === null) return [];
  return [
    {
      id: 'lock-left',
      level: 'warning',
      message: `the lock of ${whose} was left behind by ${owner}, which no longer runs`,
      path: path.join(directory, 'lock'),
      mend: { words: 'remove the lock', done: 'removed the lock', run: async () => breakLock(directory) },
    },
  ];
}

/** Files of a git that was killed half done; beside its locks they are in nobody's way. */
export async function gitLeftFindings(place: Pick<Store, 'repo'>): Promise<Symptom[]> {
  return [...(await gitLockFindings(place)), ...scrapFindings(place)];
}

function scrapFindings(place: Pick<Store, 'repo'>): Symptom[] {
  const [first, ...more] = gitScraps(place);
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  return [
    {
      id: 'git-scraps',
      level: 'note',
      message: `a git process that was killed left '${path.basename(first)}' behind${others}`,
      path: place.repo.commonDir,
      mend: {
        words: 'remove what it left',
        done: 'removed it',
        run: async () => {
          for (const file of gitScraps(place)) await rm(file, { recursive: true, force: true });
        },
      },
    },
  ];
}

/** Everything that git writes there fails until they are gone. */
async function gitLockFindings(place: Pick<Store, 'repo'>): Promise<Symptom[]> {
  return (await gitLocks(place)).map(({ file, mayBeHeld }): Symptom => {
    const found = { id: 'git-lock-left', level: 'error', path: file } as const;
    const message = `git's lock file '${path.basename(file)}' was left behind, so git cannot write there`;
    if (mayBeHeld !== '')
      return { ...found, message, hint: `${mayBeHeld}; if no git process is running: rm '${file}'` };
    return {
      ...found,
      message,
      mend: { words: 'remove it', done: 'removed it', run: () => rm(file, { force: true }) },
    };
  });
}

/** What one of our processes writes beside its target, by the kind of folder; the number in it is the process's id. */
const unfinished = {
  /** The user's `~/.blue` and a repo's `.blue` are shared with other tools: only names that are surely ours. */
  home: [/^lock\.(?:\d+\.)?(\d+)\.[a-z0-9]+$/, /^index\.yaml\.(\d+)\.tmp$/],
  stores: [/^\.new-(\d+)-[a-z0-9]+$/],
  membership: [/^config\.yaml\.(\d+)\.tmp$/],
  cache: [
    /^lock\.(?:\d+\.)?(\d+)\.[a-z0-9]+$/,
    /^(?:index|objects|asks|draft|descends)\.(\d+)$/,
    /^[^/]+\.json\.(\d+)$/,
  ],
} as const;

/** Work that a kill left half done in a folder of ours: temporary files and clones of processes that are gone. */
export async function leftoverFindings(directory: string, kind: keyof typeof unfinished): Promise<Symptom[]> {
  const names = await readdir(directory).catch(() => []);
  const left: string[] = [];
  for (const name of names) {
    const pid = unfinished[kind]
      .map((pattern) => pattern.exec(name)?.[1])
      .find((found) => found !== undefined);
    if (pid !== undefined && !lives(Number(pid)) && (await isOld(path.join(directory, name))))
      left.push(name);
  }
  if (left.length === 0) return [];
  return [
    {
      id: 'leftovers',
      level: 'warning',
      message: `${counted(left.length, 'unfinished file')} of processes that no longer run: ${left.slice(0, 3).join(', ')}`,
      path: directory,
      mend: {
        words: 'remove them',
        done: 'removed them',
        run: async () => {
          for (const name of left) await rm(path.join(directory, name), { recursive: true, force: true });
        },
      },
    },
  ];
}

/** A process of another machine on a shared disk has an id that says nothing here: a minute is long for any of them. */
const isOld = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => Date.now() - found.mtimeMs > 60_000,
    () => false,
  );

/** Is there a process of that id on this machine? */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
