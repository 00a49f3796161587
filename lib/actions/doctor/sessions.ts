import { counted } from '../../count.ts';
import { isOurs, sessionDirectory, sessionTrouble } from '../../session/directory.ts';
import { deadSessions, listSessions } from '../../session/list.ts';
import type { Context } from '../open/context.ts';
import { lockFindings } from './leftovers.ts';
import type { Symptom } from './types.ts';

/** Sessions that are registered and whose process is gone, and a meeting place that cannot be used. */
export async function sessionFindings(context: Context, realm: string): Promise<Symptom[]> {
  const directory = sessionDirectory(context.env, realm);
  const trouble = sessionTrouble(context.env, realm);
  if (trouble !== null) return [{ id: 'no-live-sessions', level: 'warning', message: trouble }];
  if (directory === null || !isOurs(directory)) return [];
  const dead = await deadSessions(context.env, realm);
  const locks = await lockFindings(directory, `the sessions of realm '${realm}'`);
  if (dead.length === 0) return locks;
  return [
    ...locks,
    {
      id: 'dead-sessions',
      level: 'note',
      message: `${counted(dead.length, 'session')} of processes that no longer run: ${dead.map(({ repo, pid }) => `${repo} (pid ${pid})`).join(', ')}`,
      path: directory,
      mend: {
        words: 'remove them from the list, with their sockets',
        done: 'removed them from the list',
        run: async () => void (await listSessions(context.env, realm)),
      },
    },
  ];
}
