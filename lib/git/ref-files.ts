import { lstatSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Repository } from './repository.ts';

/** A ref as it stands: a symbolic one is followed, `name` is where it led. */
export interface FoundRef {
  name: string;
  oid: string;
}

type Place = Pick<Repository, 'gitDir' | 'commonDir'>;

/** How often git follows a symbolic ref (refs.c, SYMREF_MAXDEPTH). */
const DEPTH = 5;

/**
 * A ref read from its file, or from `packed-refs`, in the order in which git looks; `null` where there is none. Only for
 * repositories whose refs are files (`Repository.refFiles`): it saves a process (3 ms) for each of many repositories.
 */
export function readRefFile({ gitDir, commonDir }: Place, name: string): FoundRef | null {
  let at = name;
  for (let depth = 0; depth <= DEPTH; depth += 1) {
    const text = attempt(() => readFileSync(path.join(at === 'HEAD' ? gitDir : commonDir, at), 'utf8'));
    const [, next] = /^ref: *(\S+)\s*$/.exec(text ?? '') ?? [];
    if (next === undefined) {
      const oid = /^([0-9a-f]{40}|[0-9a-f]{64})\s*$/.exec(text ?? '')?.[1] ?? packed(commonDir, at);
      return oid === undefined ? null : { name: at, oid };
    }
    if (!next.startsWith('refs/') || next.includes('..')) return null;
    at = next;
  }
  return null;
}

/** `<oid> SP <name>`, one a line, sorted; peeled tags begin with `^` (gitrepository-layout(5)). */
function packed(commonDir: string, name: string): string | undefined {
  const text = packedRefs(commonDir);
  const at = text.indexOf(` ${Buffer.from(name).toString('latin1')}\n`);
  return at < 0 ? undefined : text.slice(text.lastIndexOf('\n', at) + 1, at);
}

/** Does a packed ref's name begin like that? */
export const hasPackedRef = (commonDir: string, prefix: string): boolean =>
  packedRefs(commonDir).includes(` ${Buffer.from(prefix).toString('latin1')}`);

let lastPacked = { file: '', stamp: '', text: '' };

/** git replaces the file as a whole (rename), so that one with the same inode, time and size is the same. */
function packedRefs(commonDir: string): string {
  const file = path.join(commonDir, 'packed-refs');
  const found = attempt(() => statSync(file, { bigint: true }));
  if (found === null) return '';
  const stamp = `${found.ino} ${found.mtimeNs} ${found.size}`;
  if (lastPacked.file !== file || lastPacked.stamp !== stamp)
    lastPacked = { file, stamp, text: attempt(() => readFileSync(file, 'latin1')) ?? '' };
  return lastPacked.text;
}

/** A worktree as its administrative files tell it (gitrepository-layout(5), `worktrees`). */
export interface WorktreeFile {
  path: string;
  gitDir: string;
  head: FoundRef | null;
  /** Full name; `null` when detached. */
  branch: string | null;
  locked: string | null;
  missing: boolean;
}

/** The linked worktrees of a repository whose refs are files, from `worktrees/<id>`. */
export function readWorktreeFiles(commonDir: string, ids: readonly string[]): WorktreeFile[] {
  return ids.flatMap((id) => {
    const gitDir = path.join(commonDir, 'worktrees', id);
    const text = (name: string) => attempt(() => readFileSync(path.join(gitDir, name), 'utf8'));
    const link = text('gitdir')?.trim();
    if (link === undefined || link === '') return [];
    const file = path.resolve(gitDir, link);
    const [, branch = null] = /^ref: *(refs\/heads\/\S+)\s*$/.exec(text('HEAD') ?? '') ?? [];
    const locked = text('locked')?.trim() ?? null;
    return [
      {
        path: path.dirname(file),
        gitDir,
        head: readRefFile({ gitDir, commonDir }, 'HEAD'),
        branch,
        locked,
        missing: locked === null && attempt(() => lstatSync(file)) === null,
      },
    ];
  });
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
