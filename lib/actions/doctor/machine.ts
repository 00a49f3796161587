import { identityOf } from '../../checkout/member.ts';
import { RealmError } from '../../errors.ts';
import { readConfig } from '../../git/config.ts';
import { gitIn } from '../../git/run.ts';
import { gitVersion } from '../../git/versions.ts';
import type { Context } from '../open/context.ts';
import type { Examined, Symptom } from './types.ts';

/** The oldest versions that are supported, as `install.sh` and `package.json` say. */
const OLDEST_GIT = [2, 38] as const;
const OLDEST_NODE = [20, 19] as const;

/** git, node, and whether git knows who the user is. */
export async function examineMachine(context: Context): Promise<Examined> {
  const node = process.versions.node;
  const findings: Symptom[] = [];
  if (olderThan(node, OLDEST_NODE)) findings.push(tooOld('node', node, OLDEST_NODE));
  let git: string;
  try {
    git = /\d+(\.\d+)+/.exec(await gitVersion(gitIn(undefined, context.env)))?.[0] ?? '0';
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return { looked: [`node ${node}`], findings: [...findings, fromError(error)] };
  }
  if (olderThan(git, OLDEST_GIT)) findings.push(tooOld('git', git, OLDEST_GIT));
  return {
    looked: [`git ${git}`, `node ${node}`],
    findings: [...findings, ...(await identityFindings(context))],
  };
}

async function identityFindings(context: Context): Promise<Symptom[]> {
  const config = await readConfig(gitIn(context.cwd, context.env));
  try {
    identityOf(config, context.env);
    return [];
  } catch (error) {
    if (error instanceof RealmError) return [fromError(error)];
    throw error;
  }
}

const olderThan = (version: string, [major, minor]: readonly [number, number]): boolean => {
  const [have = 0, and = 0] = version.split('.').map(Number);
  return have < major || (have === major && and < minor);
};

const tooOld = (name: string, version: string, oldest: readonly number[]): Symptom => ({
  id: `${name}-too-old`,
  level: 'error',
  message: `${name} ${version} is older than ${oldest.join('.')}`,
  hint: `install ${name} ${oldest.join('.')} or newer`,
});

/** What was thrown, as a finding: its code is the id. */
export const fromError = (error: RealmError, level: Symptom['level'] = 'error'): Symptom => ({
  id: error.code,
  level,
  message: error.message,
  ...(error.hint === undefined ? {} : { hint: error.hint }),
});
