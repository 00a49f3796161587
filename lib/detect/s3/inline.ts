import { FILE_MILLISECONDS } from '../limits.ts';
import { inlineCode } from '../syntax/inline-code.ts';
import type { Expr, Language, MapExpr, Module } from '../syntax/ir.ts';
import { parseModule } from '../syntax/languages.ts';
import type { Unresolved } from '../types.ts';

/** Code within templates: Lambda functions that CloudFormation or SAM has as a text. Lines are those of the template. */
export async function inlineModules(
  modules: readonly Module[],
): Promise<{ modules: Module[]; unresolved: Unresolved[] }> {
  const found: Module[] = [];
  const unresolved: Unresolved[] = [];
  for (const module of modules) {
    if (module.language !== 'yaml' && module.language !== 'json') continue;
    for (const map of module.maps) {
      const code = map.entries.find(({ key }) => key.kind === 'text' && inlineCode.test(key.value))?.value;
      if (code === undefined) continue;
      const { path } = module;
      const no = (why: string) => unresolved.push({ path, line: code.line, what: 'inline code', why });
      if (code.kind !== 'text') {
        no('it is put together by the template');
        continue;
      }
      const language = languageOfCode(map, code.value);
      if (language === undefined) {
        no('its runtime is not read');
        continue;
      }
      try {
        const text = `${'\n'.repeat(code.line)}${code.value}`;
        found.push(await parseModule(path, language, text, FILE_MILLISECONDS));
      } catch (error) {
        if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
        no(`it does not parse: ${error.message}`);
      }
    }
  }
  return { modules: found, unresolved };
}

type Text = Extract<Expr, { kind: 'text' }>;

function textUnder(map: MapExpr, name: string): Text | undefined {
  const value = map.entries.find(({ key }) => key.kind === 'text' && key.value === name)?.value;
  return value?.kind === 'text' ? value : undefined;
}

/** By the runtime that is given beside the code, else by what the code looks like. */
function languageOfCode(map: MapExpr, code: string): Language | undefined {
  const runtime = (textUnder(map, 'Runtime') ?? (map.parent && textUnder(map.parent, 'Runtime')))?.value;
  if (runtime?.startsWith('python')) return 'python';
  if (runtime?.startsWith('nodejs')) return 'javascript';
  if (runtime !== undefined) return undefined;
  return /^\s*(?:import \w|from \w+ import|def )/m.test(code) ? 'python' : 'javascript';
}
