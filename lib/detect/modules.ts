import { decode } from './limits.ts';
import type { Module } from './syntax/ir.ts';
import { languageOf, parseModule } from './syntax/languages.ts';
import type { SourceFile, Unresolved } from './types.ts';

/** The files that could be parsed, sorted by path, and a word for each that could not. Never throws for a bad file. */
export async function readModules(
  files: readonly SourceFile[],
): Promise<{ modules: Module[]; unresolved: Unresolved[] }> {
  const modules: Module[] = [];
  const unresolved: Unresolved[] = [];
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const file of sorted) {
    const no = (why: string, line = 1, what = 'the file') =>
      unresolved.push({ path: file.path, line, what, why });
    const language = languageOf(file.path);
    if (!language) {
      no('no syntax tree for this kind of file');
      continue;
    }
    const text = decode(file);
    if (typeof text !== 'string') {
      no(text.why, text.line);
      continue;
    }
    try {
      const module = await parseModule(file.path, language, text);
      modules.push(module);
      const [error] = module.errors;
      if (error) no('it does not parse here; what follows may be missed', error.line, error.text);
    } catch (error) {
      if (error instanceof RangeError) no('nested too deeply to read');
      else if (error instanceof SyntaxError) no(`it does not parse: ${error.message}`);
      else throw error;
    }
  }
  return { modules, unresolved };
}
