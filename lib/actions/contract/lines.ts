import type { Change, Places } from '../../compat/types.ts';

/** The line of a JSON pointer, or of the nearest place around it; undefined where the text has no lines to name. */
export type Lines = (pointer: string) => number | undefined;

/** The lines of a JSON, YAML or TOML document, or of an SDL; none of what cannot be read that way. */
export async function linesOf(path: string, text: string, kind: string): Promise<Lines> {
  const lines = await gathered(path, text, kind);
  return (pointer) => {
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const line = lines.get(at);
      if (line !== undefined || at === '') return line;
    }
  };
}

/** One side of a comparison: the file, and the lines of its pointers. */
export interface Side {
  path: string;
  lines: Lines;
}

/** The changes with their lines in the two files, where they have any. */
export function placed(changes: readonly Change[], old: Side, now: Side): (Change & Places)[] {
  return changes.map((change) => {
    const before = place(old, change.oldPointer ?? (change.gone ? change.pointer : undefined));
    const after = place(now, change.gone ? undefined : change.pointer);
    return {
      ...change,
      ...(before === undefined ? {} : { old: before }),
      ...(after === undefined ? {} : { new: after }),
    };
  });
}

function place(
  { path, lines }: Side,
  pointer: string | undefined,
): { path: string; line: number } | undefined {
  const line = pointer === undefined ? undefined : lines(pointer);
  return line === undefined ? undefined : { path, line };
}

async function gathered(path: string, text: string, kind: string): Promise<Map<string, number>> {
  try {
    if (kind === 'graphql') {
      const { graphqlLines } = await import('../../kinds/graphql/lines.ts');
      return await graphqlLines(text);
    }
    const ending = /\.(json|ya?ml|toml)$/i.test(path) ? '' : /^\s*[[{"]/.test(text) ? '.json' : '.yaml';
    const { readData } = await import('../../detect/data/document.ts');
    return (await readData(path + ending, text)).lines;
  } catch {
    // Too large, or not a document at all: what the comparison says of it is said there.
    return new Map();
  }
}
