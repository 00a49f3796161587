import { type GitPlace, orIfFatal } from './run.ts';

/** A commit's bytes, replaced or grafted as the place's git has it. `more`: variables, where its objects lie elsewhere. */
export async function readRawCommit(
  place: GitPlace,
  oid: string,
  more?: NodeJS.ProcessEnv | undefined,
): Promise<Buffer> {
  return (await place.git(['cat-file', 'commit', oid], { more })).stdout;
}

/** Write a commit by its bytes; `null`: git takes them for none. `more` as for `readRawCommit`. */
export async function writeRawCommit(
  place: GitPlace,
  text: string,
  more?: NodeJS.ProcessEnv | undefined,
): Promise<string | null> {
  const args = ['hash-object', '-t', 'commit', '-w', '--stdin'];
  const { code, stdout } = await place.git(args, { input: text, more, ok: [0, 128] });
  return code === 0 ? stdout.toString('latin1').trim() : null;
}

/** The bytes of one blob; `null`: it is not here. For many, and for what is asked often, there is `openObjects`. */
export async function readRawBlob(place: GitPlace, oid: string): Promise<Buffer | null> {
  const found = await orIfFatal(place.git(['cat-file', 'blob', oid]), null);
  return found?.stdout ?? null;
}

/** Keep a commit of this tree, with these parents, by the user that git knows; no ref moves. */
export async function writeCommit(
  place: GitPlace,
  tree: string,
  parents: readonly string[],
  message: string,
): Promise<string> {
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
  return (await place.git(args, { input: message })).stdout.toString('latin1').trim();
}
