import { posix } from 'node:path';
import { FILES } from '../../compat/references.ts';
import type { Change, Places } from '../../compat/types.ts';
import { pointerToken } from '../../json.ts';

/** The line of a JSON pointer, or of the nearest place around it; undefined where the text has no lines to name. */
type Lines = (pointer: string) => number | undefined;

/** The lines of a JSON, YAML or TOML document, or of an SDL; none of what cannot be read that way. */
async function linesOf(path: string, text: string, kind: string): Promise<Lines> {
  return nearest(await gathered(path, text, kind));
}

/** The line of a pointer, or of the nearest place around it. */
function nearest(lines: ReadonlyMap<string, number>): Lines {
  return (pointer) => {
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const line = lines.get(at);
      if (line !== undefined || at === '') return line;
    }
  };
}

/** Where a pointer into one side of a comparison stands. */
export type Side = (pointer: string) => { path: string; line: number } | undefined;

/** One side: the document, and the other files of it, to which the pointers lead that begin with where these are kept. */
export async function sideOf(files: readonly { path: string; text: string }[], kind: string): Promise<Side> {
  if (kind === 'protobuf' || kind === 'avro' || kind === 'helm') return treeSide(files, kind);
  const all = new Map<string, Lines>();
  for (const { path, text } of files) all.set(path, await linesOf(path, text, kind));
  const root = files[0]?.path ?? '';
  // What a module declares may stand in any of its files.
  if (kind === 'terraform')
    return (pointer) => {
      const found = [...all].find(([, lines]) => lines(pointer) !== undefined);
      const line = found?.[1](pointer);
      return found === undefined || line === undefined ? undefined : { path: found[0], line };
    };
  return (pointer) => {
    const [, member = '', token = ''] = pointer.split('/', 3);
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const other = files.length > 1 ? posix.join(posix.dirname(root), name) : root;
    const isOther = [FILES, '$defs', 'definitions'].includes(member) && other !== root && all.has(other);
    const path = isOther ? other : root;
    const line = all.get(path)?.(isOther ? pointer.slice(member.length + token.length + 2) : pointer);
    return line === undefined ? undefined : { path, line };
  };
}

/** One side that is a tree of files, of which none is the root: each pointer begins with the path of its file. */
async function treeSide(
  files: readonly { path: string; text: string }[],
  kind: 'protobuf' | 'avro' | 'helm',
): Promise<Side> {
  const read =
    kind === 'avro'
      ? (await import('../../kinds/avro/read.ts')).avroLines
      : kind === 'helm'
        ? (await import('../../detect/helm/yaml.ts')).helmLines
        : (await import('../../kinds/protobuf/lines.ts')).protobufLines;
  const all = new Map<string, Lines>();
  for (const { path, text } of files) all.set(path, nearest(await read(path, text)));
  return (pointer) => {
    const named = (pointer.split('/', 2)[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~');
    const [only] = files;
    // A document that stands for itself has no name.
    const isAlone = !all.has(named) && only !== undefined && files.length === 1;
    const path = isAlone ? only.path : named;
    const line = all.get(path)?.(isAlone ? `/${pointerToken(path)}${pointer}` : pointer);
    return line === undefined ? undefined : { path, line };
  };
}

/** The changes with their lines in the two files, where they have any. */
export function placed(changes: readonly Change[], old: Side, now: Side): (Change & Places)[] {
  return changes.map((change) => {
    const was = change.oldPointer ?? (change.gone ? change.pointer : undefined);
    const before = was === undefined ? undefined : old(was);
    const after = change.gone ? undefined : now(change.pointer);
    return {
      ...change,
      ...(before === undefined ? {} : { old: before }),
      ...(after === undefined ? {} : { new: after }),
    };
  });
}

async function gathered(path: string, text: string, kind: string): Promise<Map<string, number>> {
  try {
    if (kind === 'graphql') {
      const { graphqlLines } = await import('../../kinds/graphql/lines.ts');
      return await graphqlLines(text);
    }
    if (kind === 'terraform') {
      const { linesOf } = await import('../../detect/terraform/module.ts');
      return await linesOf(path, text);
    }
    const ending = /\.(json|ya?ml|toml)$/i.test(path) ? '' : /^\s*[[{"]/.test(text) ? '.json' : '.yaml';
    const { readData } = await import('../../detect/data/document.ts');
    return (await readData(path + ending, text)).lines;
  } catch {
    // Too large, or not a document at all: what the comparison says of it is said there.
    return new Map();
  }
}
