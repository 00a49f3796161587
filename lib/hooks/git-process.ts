import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

interface Running {
  parent: number;
  args: string[];
}

/**
 * Is the git process that runs a hook a `git commit` of the user's own, not one that cherry-pick, revert or rebase makes?
 * Those commit within their own process, or start `git commit` below it. Not known means no.
 */
export function isOwnCommit(pid: number): boolean {
  const running = processOf(pid);
  if (running === undefined || gitCommand(running.args) !== 'commit') return false;
  const above = processOf(running.parent);
  return above !== undefined && !/^(?:cherry-pick|revert|rebase|am)$/.test(gitCommand(above.args) ?? '');
}

/** The command of git's own command line; `undefined` for any other program. */
function gitCommand([program = '', ...words]: readonly string[]): string | undefined {
  if (!/(?:^|\/)git(?:\.exe)?$/.test(program)) return undefined;
  while (words[0]?.startsWith('-')) {
    const [option] = words.splice(0, 1);
    if (/^(?:-C|-c|--git-dir|--work-tree|--namespace|--config-env|--super-prefix)$/.test(option ?? ''))
      words.shift();
  }
  return words[0];
}

function processOf(pid: number): Running | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // "12 (a name) S 11 …"
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return { parent, args: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') };
  } catch {
    return processByPs(pid);
  }
}

/** Where there is no /proc; an argument with a space in it counts as two, which the commands looked for never have. */
function processByPs(pid: number): Running | undefined {
  const { stdout, status } = spawnSync('ps', ['-o', 'ppid=', '-o', 'args=', '-p', `${pid}`], {
    encoding: 'utf8',
    timeout: 5000,
  });
  const [parent, ...args] = (stdout ?? '').trim().split(/\s+/);
  return status === 0 && parent !== undefined ? { parent: Number(parent), args } : undefined;
}
