import { runGit } from '../git/run.ts';

/** What the user says of plug-ins. */
export interface Allowance {
  kinds: ReadonlySet<string>;
  /** How long a program may take for one answer. */
  seconds: number;
}

/** A commit waits for it. */
const SECONDS = 10;

/**
 * `realm.allowKind` and `realm.kindTimeout` as the user has them in a file or environment of their own: the configuration of
 * a repository, which may come from elsewhere, does not count. One git process.
 */
export async function allowance(cwd: string, env: NodeJS.ProcessEnv): Promise<Allowance> {
  const args = ['config', '--show-scope', '-z', '--get-regexp', '^realm\\.(allowkind|kindtimeout)$'];
  const { code, stdout } = await runGit(args, { cwd, env, ok: [0, 1, 128] });
  const kinds = new Set<string>();
  let seconds = SECONDS;
  const fields = code === 0 ? stdout.toString('utf8').split('\0') : [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    if (!OWN.has(fields[at] ?? '')) continue;
    const [key, value = ''] = (fields[at + 1] ?? '').split('\n', 2);
    if (key === 'realm.allowkind') kinds.add(value);
    else if (/^[1-9]\d{0,2}$/.test(value)) seconds = Number(value);
  }
  return { kinds, seconds };
}

const OWN = new Set(['system', 'global', 'command']);
