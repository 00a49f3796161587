import { readOwnConfig } from '../git/config.ts';
import { gitIn } from '../git/run.ts';

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
  const own = await readOwnConfig(gitIn(cwd, env));
  const seconds = own.all('realm.kindTimeout').findLast((value) => /^[1-9]\d{0,2}$/.test(value));
  return { kinds: new Set(own.all('realm.allowKind')), seconds: Number(seconds ?? SECONDS) };
}
