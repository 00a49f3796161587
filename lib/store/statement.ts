import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseCommit } from '../git/commit.ts';
import type { Identity } from '../git/fast-import.ts';
import { readRawCommit, writeRawCommit } from '../git/raw-objects.ts';
import { asEnvironment, signedCommit } from '../git/signing.ts';
import { EMPTY_TREE } from '../git/tree-object.ts';
import type { Store } from './store.ts';
import { checkSignature, type Signature, type Trust } from './trust.ts';

/**
 * A text that somebody signs: git signs commits only, so the text is the message of a commit without files, by its author at
 * its time, which is never kept. From text, author and time anybody makes the same commit again, and git checks it.
 */
export interface Statement {
  text: string;
  /** E-mail address. */
  by: string;
  /** ISO 8601. */
  at: string;
}

/** The armoured signature of a statement, by git's own signing. Throws what `signCommit` throws. */
export function signStatement(store: Store, statement: Statement, who: Identity): Promise<string> {
  return aside(async (more) => {
    const line = identityLine(statement);
    const env = { ...more, ...asEnvironment('AUTHOR', line), ...asEnvironment('COMMITTER', line) };
    const tree = EMPTY_TREE[await formatOf(store)];
    const message = `${statement.text}\n`;
    const oid = await signedCommit(store.repo, who, { tree, parents: [], message, env });
    const bytes = await readRawCommit(store.repo, oid, more);
    const { signature } = parseCommit({ oid, type: 'commit', bytes });
    return signature ?? '';
  });
}

/** Does the signature prove that the statement is by whom it says? `now` as in `Claim`. */
export function checkStatement(
  store: Store,
  trust: Trust,
  statement: Statement,
  signature: string,
  now: Date | null,
): Promise<Signature> {
  return aside(async (more) => {
    const format = await formatOf(store);
    const line = identityLine(statement);
    const header = format === 'sha256' ? 'gpgsig-sha256' : 'gpgsig';
    const input = [
      `tree ${EMPTY_TREE[format]}`,
      `author ${line}`,
      `committer ${line}`,
      `${header} ${signature.replaceAll('\n', '\n ')}`,
      '',
      `${statement.text}\n`,
    ].join('\n');
    const oid = await writeRawCommit(store.repo, input, more);
    if (oid === null) return { kind: 'bad', why: 'it is not a record that can be signed' };
    const claim = { repo: store.repo, commit: { oid, signature }, email: statement.by, now, more };
    return checkSignature(trust, claim);
  });
}

/** git takes nothing off this name, and nothing from an address that has no odd signs at its ends. */
const identityLine = ({ by, at }: Statement): string =>
  `record <${by}> ${Math.floor(Date.parse(at) / 1000)} +0000`;

const formatOf = async (store: Store): Promise<'sha1' | 'sha256'> =>
  (await store.objects.resolve(store.branch))?.length === 64 ? 'sha256' : 'sha1';

/** Work with objects that go nowhere. */
async function aside<T>(work: (more: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'realm-record-'));
  try {
    return await work({ GIT_OBJECT_DIRECTORY: folder, GIT_ALTERNATE_OBJECT_DIRECTORIES: '' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
