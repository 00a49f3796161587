import type { DetectorOptions, SourceFile } from '../detect/types.ts';
import { RealmError } from '../errors.ts';
import { kinds } from './index.ts';
import { namedDocument } from './named.ts';
import { plugInAll } from './plugged.ts';
import { dataIn } from './recognise.ts';
import type { Kind, Recognised } from './types.ts';

/** How the provider's side of a contract is read: by a kind's reader. */
export interface Choice {
  kind: Kind;
  reader: string;
  options: DetectorOptions;
  /** In words, after a file's name. */
  why: string;
}

/** One kind's claim on one of the files. */
interface Claim extends Recognised {
  kind: Kind;
  path: string;
}

/** Files looked at, at most: a directory of sources has one kind, and its first files show which. */
const MOST_FILES = 200;

const NONE = { kinds: [], problems: [] };

/**
 * The kind of the files, by their content; `asked` leaves out all others. The surest claim counts. Where no
 * built-in kind has one, the plug-ins that the user allows are asked. Throws
 * `kind-ambiguous` with the candidates, and `not-recognised` with what was looked for and what the files look like.
 */
export async function chooseKind(files: readonly SourceFile[], asked?: Kind): Promise<Choice> {
  let claims = await claimsOn(files, asked === undefined ? kinds : [asked]);
  const plugged = claims.length > 0 || asked !== undefined ? NONE : await plugInAll();
  if (plugged.kinds.length > 0) claims = await claimsOn(files, plugged.kinds);
  const surest = Math.max(0, ...claims.map((claim) => claim.confidence));
  const best = claims.filter((claim) => claim.confidence === surest);
  const [first] = best;
  if (first === undefined)
    throw await notRecognised(
      files,
      asked === undefined ? [...kinds, ...plugged.kinds] : [asked],
      plugged.problems,
    );
  const readers = new Set(best.map(({ kind, reader }) => `${kind.name} ${reader}`));
  if (readers.size > 1) throw ambiguous(best);
  return { kind: first.kind, reader: first.reader, options: first.options ?? {}, why: first.why };
}

async function claimsOn(files: readonly SourceFile[], those: readonly Kind[]): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const file of files.slice(0, MOST_FILES))
    for (const kind of those) {
      const claim = await kind.recognise(file);
      if (claim !== null) claims.push({ ...claim, kind, path: file.path });
    }
  return claims;
}

function ambiguous(claims: readonly Claim[]): RealmError {
  const each = new Map(claims.map((claim) => [`${claim.kind.name} ${claim.reader}`, claim]));
  const words = [...each.values()].map(({ kind, path, why }) => `${kind.name} (${path} ${why})`);
  const readers = [...each.values()].map(({ reader }) => reader);
  const sameKind = new Set(claims.map(({ kind }) => kind.name)).size === 1;
  return new RealmError('kind-ambiguous', `the source can be read as ${words.join(', or as ')}`, {
    hint: sameKind
      ? readers.map((reader) => `--detector ${reader}`).join(' or ')
      : [...new Set(claims.map(({ kind }) => `--kind ${kind.name}`))].join(' or '),
    exitCode: 129,
    data: {
      candidates: [...each.values()].map(({ kind, reader, path }) => ({ kind: kind.name, reader, path })),
    },
  });
}

async function notRecognised(
  files: readonly SourceFile[],
  those: readonly Kind[],
  problems: readonly string[],
): Promise<RealmError> {
  const looked = [...those.map(({ name, looksFor }) => `${looksFor} (${name})`), ...problems];
  const [file] = files;
  const named = file === undefined ? null : namedDocument(file.path, await dataIn(file));
  const some =
    files.length > MOST_FILES ? `the first ${MOST_FILES} of ${files.length} files` : `${files.length} files`;
  const where = files.length === 1 ? (file?.path ?? '') : some;
  const is = named === null ? '' : `: it is ${named}`;
  return new RealmError('not-recognised', `cannot detect the kind of contract in ${where}${is}`, {
    hint: `looked for ${looked.join('; ')}. To use part of a data file: --kind value --detector data --with pointer=/…`,
    data: { looked, files: files.map((file) => file.path), looksLike: named },
  });
}
