import { bytesMatch, decode, pause } from './limits.ts';
import { TooLarge } from './syntax/build.ts';
import type { Module } from './syntax/ir.ts';
import { languageOf, parseModule } from './syntax/languages.ts';
import type { SourceFile, Unresolved } from './types.ts';

interface Parsed {
  path: string;
  module: Module | undefined;
  unresolved: Unresolved[];
}

/** What bytes were parsed to, for as long as somebody holds them: a scan asks for the same file several times. */
const parsed = new WeakMap<Uint8Array, Parsed>();

/**
 * The files that could be parsed, sorted by path, and a word for each that could not. Never throws for a bad file. `onFile`
 * gets the path of each.
 */
export async function readModules(
  files: readonly SourceFile[],
  onFile?: (path: string) => void,
): Promise<{ modules: Module[]; unresolved: Unresolved[] }> {
  const modules: Module[] = [];
  const unresolved: Unresolved[] = [];
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const file of sorted) {
    const known = parsed.get(file.bytes);
    const isKnown = known?.path === file.path;
    if (!isKnown) await pause();
    const result = isKnown ? known : await parse(file);
    parsed.set(file.bytes, result);
    onFile?.(file.path);
    if (result.module) modules.push(result.module);
    unresolved.push(...result.unresolved);
  }
  return { modules, unresolved };
}

/** Kinds of files that hold no code, whatever words stand in them: manifests, locks, settings, prose. */
const noCode =
  /\.(?:toml|mod|sum|work|lock|jsonc|json5|ini|cfg|conf|properties|env|md|rst|adoc|txt|csv|svg)$/i;

/**
 * What need not be said of the files that a folder holds besides those that are read: that one of another kind does not parse,
 * where nothing that is looked for (`trigger`) stands in it. Where none is read, each is said.
 */
export function withoutOtherKinds(
  unresolved: readonly Unresolved[],
  files: readonly SourceFile[],
  reads: (path: string) => boolean,
  trigger: RegExp,
): Unresolved[] {
  if (!files.some(({ path }) => reads(path))) return [...unresolved];
  const isOther = ({ path, bytes }: SourceFile): boolean =>
    reads(path)
      ? path.endsWith('.template') && !bytesMatch(bytes, trigger)
      : noCode.test(path) || !bytesMatch(bytes, trigger);
  const others = new Set(files.filter(isOther).map(({ path }) => path));
  return unresolved.filter(({ path }) => !others.has(path));
}

async function parse(file: SourceFile): Promise<Parsed> {
  const { path } = file;
  const no = (why: string, line = 1, what = 'the file'): Parsed => ({
    path,
    module: undefined,
    unresolved: [{ path, line, what, why, gap: true }],
  });
  const language = languageOf(path);
  // Not what is looked for: a folder of sources holds other things too.
  if (!language) {
    const why = 'no syntax tree for this kind of file';
    return { path, module: undefined, unresolved: [{ path, line: 1, what: 'the file', why }] };
  }
  const text = decode(file);
  if (typeof text !== 'string') return no(text.why, text.line);
  try {
    const module = await parseModule(path, language, text);
    const [error] = module.errors;
    const broken =
      error && no('it does not parse here, so parts after it may be missed', error.line, error.text);
    return { path, module, unresolved: broken?.unresolved ?? [] };
  } catch (error) {
    if (error instanceof TooLarge) return no(error.message);
    if (error instanceof RangeError) return no('nested too deeply to read');
    if (error instanceof SyntaxError) return no(`it does not parse: ${error.message}`);
    throw error;
  }
}
