import { statSync } from 'node:fs';
import path from 'node:path';
import { RealmError } from '../errors.ts';
import { gitUrl, scpHost } from '../names.ts';
import { foreignEnvironment } from './environment.ts';
import { isPlainlyOurs } from './ownership.ts';
import { notARepository } from './repository.ts';
import { gitIn } from './run.ts';
import { NAMED_BARE } from './store-safety.ts';

/**
 * The one check before git is given a URL: what it says (`gitUrl`), and, where it leads to a repository on this machine,
 * whose that is, by git's own rule, for git runs its programs there with that repository's configuration and hooks. `base`:
 * what a relative path is relative to; `where`: file and line that a refusal begins with. Throws `bad-url` and
 * `unsafe-repository`.
 */
export async function mayReach(url: string, base: string, env: NodeJS.ProcessEnv, where = ''): Promise<void> {
  checkedUrl(url, where);
  const local = localPath(url);
  if (local === null) return;
  const named = path.resolve(base, local);
  // The order in which git looks (path.c, enter_repo).
  const gitDir = [`${named}/.git`, named, `${named}.git/.git`, `${named}.git`].find(isGitDirectory);
  if (gitDir === undefined || isPlainlyOurs([gitDir], env)) return;
  const place = gitIn(gitDir, foreignEnvironment(env), NAMED_BARE);
  const { code, stderr } = await place.git(['rev-parse', '--git-dir'], { ok: [0, 128] });
  if (code !== 0) throw notARepository(gitDir, stderr);
}

function checkedUrl(url: string, where: string): void {
  try {
    gitUrl(url);
  } catch (error) {
    if (!(error instanceof RealmError) || where === '') throw error;
    const { code, message, hint, data } = error;
    throw new RealmError(code, where + message, {
      ...(hint === undefined ? {} : { hint }),
      data,
      cause: error,
    });
  }
}

/** The directory that a URL names on this machine, as git reads it (connect.c, parse_connect_url); `null`: a host. */
export function localPath(url: string): string | null {
  const [, rest] = /^file:\/\/(.*)$/s.exec(url) ?? [];
  if (rest !== undefined) return decoded(rest.startsWith('/') ? rest : `//${rest}`);
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url) || scpHost(url) !== undefined ? null : url;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isGitDirectory(directory: string): boolean {
  try {
    return statSync(path.join(directory, 'objects')).isDirectory();
  } catch {
    return false;
  }
}
