import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageRefusal } from '../../git/commit-here.ts';
import type { Checkout } from './checkouts.ts';
import type { Obstacle } from './preconditions.ts';
import { TRAILER } from './steps/commit.ts';
import type { Uncommitted } from './uncommitted.ts';

/** The message hook of each repo is asked before any of them commits. */
export async function messageObstacle(
  { checkout, cwd, gitDir }: Uncommitted,
  message: string,
  change: string,
): Promise<Obstacle | null> {
  if (!(await hasMessageHook(checkout))) return null;
  const file = path.join(gitDir, 'COMMIT_EDITMSG');
  await writeFile(file, `${message}\n\n${TRAILER}: ${change}\n`);
  const why = await messageRefusal(checkout, cwd, file);
  if (why === null) return null;
  return {
    repo: checkout.name,
    code: 'message-refused',
    message: `its commit-msg hook rejected the message: ${why}`,
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
