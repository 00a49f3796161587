import { rm } from 'node:fs/promises';
import path from 'node:path';
import { RealmError } from '../errors.ts';
import { lockFileIn, refuseLeftLock } from './lock-file.ts';
import { resolveRevision } from './refs.ts';
import type { Repository } from './repository.ts';
import { type GitResult, lastWords } from './run.ts';
import type { Signing } from './signing.ts';

export interface Identity {
  name: string;
  email: string;
  /** How this person signs; absent: as git's own configuration says. */
  signing?: Signing;
}

/** Files of a commit: content, a blob that is there or among the commit's `blobs`, or `null` to delete the path. */
export type FileChanges = ReadonlyMap<string, string | Uint8Array | { oid: string } | null>;

export interface NewCommit {
  /** Full name of the ref to move. */
  ref: string;
  /** The ref must still be here, or it is not moved: `null` where it does not exist yet. */
  from: string | null;
  files: FileChanges;
  /** Blobs that files of the commits name, and that the repository may not have yet. */
  blobs?: readonly Uint8Array[];
  /** Notes by the commit that they are about: the ref is one of notes, and git lays them out. */
  notes?: ReadonlyMap<string, string>;
  message: string;
  identity: Identity;
  date: Date;
  /** Start from `from`'s tree but let the ref move from anywhere (drafts). */
  force?: boolean;
  /** Commits on top of this one, by the same person at the same time; the ref moves to the last. */
  onTop?: readonly { files: FileChanges; message: string }[];
}

type Repo = Pick<Repository, 'git' | 'commonDir'>;

/** A `git fast-import` that waits for its commit; one that is given none ends and changes nothing. */
export interface StartedImport {
  result: Promise<GitResult>;
  give(input: Uint8Array): void;
}

/** Start it before the commit is known: git's start takes as long as much of its work. */
export function startImport(repo: Repo): StartedImport {
  let give: (input: Uint8Array) => void = () => {};
  const input = new Promise<Uint8Array>((resolve) => {
    give = resolve;
  });
  const result = repo.git(['fast-import', '--quiet'], { input, ok: [0, 1, 128], detached: true });
  result.catch(() => {});
  return { result, give };
}

/** Nothing comes any more. */
export const endImport = (started: StartedImport): void => started.give(new Uint8Array());

/**
 * One commit, or a row of them, by one `git fast-import` on the ref itself. `from <oid>` in the stream is the compare-and-swap: a ref that
 * meanwhile went elsewhere is not moved (`from <ref>^0` would lose updates, tried). Returns the new commit's oid, or
 * `null` when the ref had moved. The feature `done`: a stream cut short by a kill changes nothing. It is asked for in the
 * stream and not by option, so that a process that was started and is given nothing has nothing to complain about.
 */
export async function fastImport(
  repo: Repo,
  commit: NewCommit,
  started: StartedImport = startImport(repo),
): Promise<string | null> {
  started.give(stream(commit));
  const result = await started.result;
  // Its crash report is only useful to git's developers.
  if (result.code !== 0 && result.pid !== undefined)
    await rm(path.join(repo.commonDir, `fast_import_crash_${result.pid}`), { force: true }).catch(() => {});
  const oid = /^[0-9a-f]{40,64}$/m.exec(result.stdout.toString('latin1'))?.[0];
  if (result.code === 0 && oid !== undefined) return oid;
  const tip = (await resolveRevision(repo, `${commit.ref}^{commit}`)) ?? '';
  if (tip !== '' && tip === oid) return oid;
  if (commit.force !== true && tip !== (commit.from ?? '')) return null;
  refuseLeftLock(result.stderr);
  // Another git is at this ref: as good as moved.
  if (lockFileIn(result.stderr) !== null) return null;
  throw new RealmError(
    'realm-write-failed',
    `cannot write to '${repo.commonDir}': ${lastWords(result.stderr)}`,
    {
      hint: 'nothing was changed; check free space and permissions, then run the command again',
      data: { stderr: result.stderr.slice(0, 2000) },
    },
  );
}

function stream(commit: NewCommit): Buffer {
  const chunks: (string | Uint8Array)[] = [];
  const data = (content: string | Uint8Array) => {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    chunks.push(`data ${bytes.length}\n`, bytes, '\n');
  };
  const who = `${identityLine(commit.identity)} ${Math.floor(commit.date.getTime() / 1000)} +0000`;
  chunks.push(`feature done\nfeature date-format=raw\n${commit.force ? 'feature force\n' : ''}`);
  const start = (message: string) => {
    chunks.push(`commit ${commit.ref}\nmark :1\nauthor ${who}\ncommitter ${who}\n`);
    data(message);
  };
  const change = (files: FileChanges) => {
    for (const [path, content] of files) {
      if (content === null) chunks.push(`D ${quotePath(path)}\n`);
      else if (isBlob(content)) chunks.push(`M 100644 ${content.oid} ${quotePath(path)}\n`);
      else {
        chunks.push(`M 100644 inline ${quotePath(path)}\n`);
        data(content);
      }
    }
  };
  for (const bytes of commit.blobs ?? []) {
    chunks.push('blob\n');
    data(bytes);
  }
  start(commit.message);
  if (commit.from !== null) chunks.push(`from ${commit.from}\n`);
  change(commit.files);
  for (const [about, text] of commit.notes ?? []) {
    chunks.push(`N inline ${about}\n`);
    data(text);
  }
  for (const { files, message } of commit.onTop ?? []) {
    // Without `from`, on top of what the stream has put on the ref.
    chunks.push('\n');
    start(message);
    change(files);
  }
  chunks.push('\nget-mark :1\ndone\n');
  return Buffer.concat(
    chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk)),
  );
}

const isBlob = (content: string | Uint8Array | { oid: string }): content is { oid: string } =>
  typeof content === 'object' && 'oid' in content;

/** git forbids these in an identity; anything else a person may be called stays. */
const identityLine = ({ name, email }: Identity): string =>
  `${name.replace(/[<>\n\0]/g, '').trim()} <${email.replace(/[<>\n\0\s]/g, '')}>`;

/** A path in the stream: always C-quoted, so that no name can look like a command. */
const quotePath = (path: string): string => `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
