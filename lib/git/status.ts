import type { GitPlace } from './run.ts';

/** The paths of a work tree by what is to be done with them; a path that is staged and was changed again is in two lists. */
export interface WorkTreeStatus {
  unmerged: string[];
  staged: string[];
  /** Changed, or untracked and not ignored. */
  unstaged: string[];
}

/** Every path of a work tree that is not as HEAD has it, folders of untracked files taken apart. */
export async function readStatus(place: GitPlace, cwd: string): Promise<WorkTreeStatus> {
  const args = ['status', '--porcelain=v2', '-z', '--untracked-files=all'];
  return statusOf((await place.git(args, { cwd })).stdout.toString('utf8'));
}

/** Is anything in a work tree not as HEAD has it? Default: the place's own. */
export async function hasChanges(place: GitPlace, cwd?: string): Promise<boolean> {
  const { stdout } = await place.git(['status', '--porcelain', '-z'], cwd === undefined ? {} : { cwd });
  return stdout.length > 0;
}

/** git-status(1), "Porcelain Format Version 2", with -z. */
function statusOf(text: string): WorkTreeStatus {
  const found: WorkTreeStatus = { unmerged: [], staged: [], unstaged: [] };
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
      // Of a rename the old name follows.
      if (kind === '2') at += 1;
      const [x, y] = words[1] ?? '..';
      if (x !== '.') found.staged.push(file);
      if (y !== '.') found.unstaged.push(file);
    }
  }
  return found;
}
