import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RealmError } from '../errors.ts';
import { parseCommit } from './commit.ts';
import type { GitConfig } from './config.ts';
import type { Identity } from './fast-import.ts';
import { readRawCommit } from './raw-objects.ts';
import { type GitPlace, lastWords } from './run.ts';

/** How a person signs: read where the identity is read, for a store's own settings may be a stranger's. */
export interface Signing {
  /** `commit.gpgSign`: every commit, whether the realm asks for it or not. */
  always: boolean;
  /** `gpg.format`: openpgp, ssh or x509. */
  format: string;
  /** `user.signingKey`; '' where none is configured. */
  key: string;
  /** What makes the signature: a program, by git's own default or the user's setting. */
  program: string;
  /** `gpg.ssh.defaultKeyCommand`; '' where there is none. */
  keyCommand: string;
  /** Nobody is there to be asked for a passphrase: a hook. */
  unattended: boolean;
}

const PROGRAMS: Readonly<Record<string, string>> = { openpgp: 'gpg', x509: 'gpgsm', ssh: 'ssh-keygen' };

export function signingOf(config: GitConfig, unattended = false): Signing {
  const format = config.get('gpg.format')?.toLowerCase() ?? 'openpgp';
  const old = format === 'openpgp' ? config.get('gpg.program') : undefined;
  return {
    always: config.bool('commit.gpgSign', false),
    format,
    key: config.get('user.signingKey') ?? '',
    program: config.get(`gpg.${format}.program`) ?? old ?? PROGRAMS[format] ?? '',
    keyCommand: config.get('gpg.ssh.defaultKeyCommand') ?? '',
    unattended,
  };
}

/**
 * The same commit, signed by git's own means: fast-import and notes of git 2.39 sign nothing (docs/design/engine.md). Throws
 * `cannot-sign` with what git said, in a hook rather than ask for a passphrase, and `no-signing-key`.
 */
export async function signCommit(repo: GitPlace, oid: string, who: Identity): Promise<string> {
  const bytes = await readRawCommit(repo, oid);
  const { tree, parents, author, committer, message } = parseCommit({ oid, type: 'commit', bytes });
  const env = { ...asEnvironment('AUTHOR', author), ...asEnvironment('COMMITTER', committer) };
  return signedCommit(repo, who, { tree, parents, message, env });
}

/** An identity line of a commit as the variables that make git write it. */
export function asEnvironment(role: 'AUTHOR' | 'COMMITTER', line: string): NodeJS.ProcessEnv {
  const [, name = '', email = '', date = ''] = /^(.*?) ?<([^>]*)> (.*)$/.exec(line) ?? [];
  return { [`GIT_${role}_NAME`]: name, [`GIT_${role}_EMAIL`]: email, [`GIT_${role}_DATE`]: `@${date}` };
}

export interface NewSigned {
  tree: string;
  parents: readonly string[];
  message: string;
  /** Author, committer and dates; more where the object goes elsewhere. */
  env: NodeJS.ProcessEnv;
}

/** One `git commit-tree -S`. Throws `cannot-sign`, `no-signing-key`. */
export async function signedCommit(repo: GitPlace, who: Identity, commit: NewSigned): Promise<string> {
  const { signing } = who;
  if (signing?.format === 'ssh' && signing.key === '' && signing.keyCommand === '') throw noKey(who.email);
  if (signing === undefined || !signing.unattended || signing.format === 'ssh')
    return sign(repo, who, commit);
  // gpg asks unless an argument forbids it, and git takes a program, no command line: one of ours stands in between.
  const folder = await mkdtemp(path.join(tmpdir(), 'realm-sign-'));
  try {
    const program = path.join(folder, 'quiet');
    const command = `exec '${signing.program.replaceAll("'", `'\\''`)}' --batch --pinentry-mode=error "$@"`;
    await writeFile(program, `#!/bin/sh\n${command}\n`, { mode: 0o700 });
    return await sign(repo, { ...who, signing: { ...signing, program } }, commit);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sign(
  repo: GitPlace,
  who: Identity,
  { tree, parents, message, env }: NewSigned,
): Promise<string> {
  const parentArgs = parents.flatMap((parent) => ['-p', parent]);
  // ssh-keygen asks a program instead of the terminal, and gets no answer (ssh(1), SSH_ASKPASS_REQUIRE).
  const quiet = who.signing?.unattended ? { SSH_ASKPASS: 'false', SSH_ASKPASS_REQUIRE: 'force' } : {};
  const { code, stdout, stderr } = await repo.git(
    [...settings(who), 'commit-tree', '-S', ...parentArgs, '-F', '-', tree],
    { input: message, more: { ...env, ...quiet }, ok: [0, 1, 128] },
  );
  const oid = stdout.toString('latin1').trim();
  if (code === 0 && oid !== '') return oid;
  throw cannotSign(who, stderr);
}

/** Every setting that signing looks at is given: a store's own configuration chooses neither key nor program. */
function settings({ name, email, signing }: Identity): string[] {
  if (signing === undefined) return [];
  const { format, key, program, keyCommand } = signing;
  const given: Readonly<Record<string, string>> = {
    'gpg.format': format,
    [`gpg.${format}.program`]: program,
    ...(format === 'ssh' ? { 'gpg.ssh.defaultKeyCommand': keyCommand } : {}),
    // Without a key git asks gpg for the committer's; an empty one would be taken at its word.
    'user.signingKey': key !== '' || format === 'ssh' ? key : `${name} <${email}>`,
    'i18n.commitEncoding': 'UTF-8',
  };
  return Object.entries(given)
    .filter(([name, value]) => name !== 'user.signingKey' || value !== '')
    .flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

const noKey = (email: string): RealmError =>
  new RealmError('no-signing-key', `'${email}' has no signing key: user.signingKey is not set`, {
    hint: 'git config --global user.signingKey ~/.ssh/id_ed25519.pub',
  });

function cannotSign(who: Identity, stderr: string): RealmError {
  const { signing } = who;
  const words = stderr
    .split('\n')
    .map((line) => line.replace(/^(?:error|fatal|gpg|gpgsm): /, '').replace(/[?\s]+$/, ''))
    .filter((line) => line !== '' && line !== 'gpg failed to sign the data');
  const absent = words.find((line) => line.startsWith('cannot run '));
  const what = absent ?? words[0] ?? lastWords(stderr);
  if (signing?.unattended)
    return new RealmError('cannot-sign', `cannot sign without a prompt: ${what}`, {
      exitCode: 1,
      hint: 'it is kept as a draft; to sign and publish it: git realm sync',
      data: { stderr: stderr.slice(0, 2000) },
    });
  const hint =
    absent !== undefined
      ? `install it, or sign with ssh: git config --global gpg.format ssh`
      : signing?.format === 'ssh'
        ? 'check user.signingKey: it must name a key file or a key listed by ssh-add -L'
        : 'check user.signingKey and gpg --list-secret-keys, or sign with ssh: git config --global gpg.format ssh';
  return new RealmError('cannot-sign', `cannot sign as '${who.email}': ${what}`, {
    hint,
    data: { stderr: stderr.slice(0, 2000) },
  });
}
