import { createHash } from 'node:crypto';
import { lstatSync, statSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RealmError } from '../errors.ts';
import { realmName } from '../names.ts';

/** Longest socket path that every system takes, in bytes: `sun_path` has 104 on macOS and 108 on Linux, less the end. */
const MAX_SOCKET_PATH = 103;

/**
 * Where the sessions of a realm meet: `$XDG_RUNTIME_DIR/blue/<realm>`, else `<temp>/blue-<uid>/<realm>`. Nothing is made,
 * and one `stat` is all it costs. `null` for a realm whose name is not a name.
 */
export function sessionDirectory(env: NodeJS.ProcessEnv, realm: string): string | null {
  try {
    return path.join(sessionHome(env), realmName(realm));
  } catch (error) {
    if (error instanceof RealmError) return null;
    throw error;
  }
}

function sessionHome(env: NodeJS.ProcessEnv): string {
  const runtime = env.XDG_RUNTIME_DIR ?? '';
  if (path.isAbsolute(runtime) && isDirectory(runtime)) return path.join(runtime, 'blue');
  const temporary = env.TMPDIR ?? '';
  return path.join(path.isAbsolute(temporary) ? temporary : '/tmp', `blue-${ownId()}`);
}

const isDirectory = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;

const ownId = (): number => process.getuid?.() ?? 0;

/**
 * May what lies in this directory be believed? Only where it and the one above are ours and closed to everybody else:
 * in a shared temp directory a stranger may have come first.
 */
export function isOurs(directory: string): boolean {
  return [path.dirname(directory), directory].every((folder) => {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    return found?.isDirectory() === true && found.uid === ownId() && (found.mode & 0o077) === 0;
  });
}

/** Make the directory, mode 0700, and prove that it is ours and can be written. Throws `no-live-sessions`. */
export async function openSessionDirectory(env: NodeJS.ProcessEnv, realm: string): Promise<string> {
  const directory = sessionDirectory(env, realm);
  if (directory === null) throw noSessions(`realm '${realm}' does not have a valid name`);
  try {
    for (const folder of [path.dirname(directory), directory]) await makePrivate(folder);
    const probe = path.join(directory, `.probe.${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
  } catch (cause) {
    throw cause instanceof RealmError ? cause : noSessions((cause as Error).message, cause);
  }
  return directory;
}

async function makePrivate(directory: string): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = lstatSync(directory);
  if (!found.isDirectory()) throw noSessions(`'${directory}' is not a directory`);
  if (found.uid !== ownId()) throw noSessions(`'${directory}' belongs to another user`);
  if ((found.mode & 0o077) !== 0) await chmod(directory, 0o700);
}

/** Live sessions are a convenience: a caller that gets this says so and uses the durable inbox. */
export const noSessions = (why: string, cause?: unknown): RealmError =>
  new RealmError('no-live-sessions', `no live sessions: ${why}; for the news: git realm inbox`, {
    ...(cause === undefined ? {} : { cause }),
  });

/**
 * A path for a new socket that the system can bind: by the repo's name, by its hash where that is too long, then in the
 * directory above, and at last in a private directory below `/tmp`. Throws `no-live-sessions`.
 */
export async function socketPath(directory: string, repo: string, unique: string): Promise<string> {
  const hash = createHash('sha256').update(directory).update('\n').update(repo).digest('hex').slice(0, 8);
  const short = `${hash}.${unique}.sock`;
  const [, above = '', last = ''] = socketDirectories(directory);
  const candidates = [
    path.join(directory, `${repo.replaceAll('/', '+')}.${unique}.sock`),
    path.join(directory, short),
    path.join(above, short),
  ];
  const fits = candidates.find((candidate) => Buffer.byteLength(candidate) <= MAX_SOCKET_PATH);
  if (fits !== undefined) return fits;
  await makePrivate(last).catch((cause: Error) => {
    throw cause instanceof RealmError ? cause : noSessions(cause.message, cause);
  });
  return path.join(last, short);
}

/** Where sockets of a realm's sessions may lie. */
export const socketDirectories = (directory: string): string[] => [
  directory,
  path.dirname(directory),
  `/tmp/blue-${ownId()}`,
];

/** Why nobody can meet in the directory as it is, in one sentence; `null` where all is well, or it is still to be made. */
export function sessionTrouble(env: NodeJS.ProcessEnv, realm: string): string | null {
  const directory = sessionDirectory(env, realm);
  if (directory === null) return noSessions(`realm '${realm}' does not have a valid name`).message;
  for (const folder of [path.dirname(directory), directory]) {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found === undefined) return null;
    if (!found.isDirectory()) return noSessions(`'${folder}' is not a directory`).message;
    if (found.uid !== ownId()) return noSessions(`'${folder}' belongs to another user`).message;
  }
  return null;
}
