import { inlineCode } from '../syntax/inline-code.ts';
import type { Expr, Language, MapExpr, Module } from '../syntax/ir.ts';
import { parseModule } from '../syntax/languages.ts';
import type { Unresolved } from '../types.ts';

/** Code within templates: Lambda functions that CloudFormation, SAM or CDK has as a text. Lines are those of the template. */
export async function inlineModules(
  modules: readonly Module[],
): Promise<{ modules: Module[]; unresolved: Unresolved[] }> {
  const found: Module[] = [];
  const unresolved: Unresolved[] = [];
  for (const module of modules)
    for (const { code, runtime, first } of codeIn(module)) {
      const { path } = module;
      const no = (why: string) => unresolved.push({ path, line: code.line, what: 'inline code', why });
      const source = wholeText(code);
      if (source === undefined) {
        no('it is put together by the template');
        continue;
      }
      const language = languageOfCode(runtime, source);
      if (language === undefined) {
        no('its runtime is not read');
        continue;
      }
      try {
        const text = `${'\n'.repeat(first - 1)}${source}`;
        found.push(await parseModule(path, language, text));
      } catch (error) {
        if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
        no(`it does not parse: ${error.message}`);
      }
    }
  return { modules: found, unresolved };
}

interface Inline {
  code: Expr;
  runtime: string | undefined;
  /** The line on which the text begins. */
  first: number;
}

function codeIn(module: Module): Inline[] {
  const found: Inline[] = [];
  if (module.language === 'yaml' || module.language === 'json')
    for (const map of module.maps) {
      const code = map.entries.find(({ key }) => key.kind === 'text' && inlineCode.test(key.value))?.value;
      const runtime = textUnder(map, 'Runtime') ?? (map.parent && textUnder(map.parent, 'Runtime'));
      if (code) found.push({ code, runtime: runtime?.value, first: code.line + 1 });
    }
  else
    for (const { callee, args } of module.calls) {
      const name = callee.kind === 'member' || callee.kind === 'name' ? callee.name : '';
      const code = /^(?:fromInline|from_inline|InlineCode)$/.test(name) ? args[0]?.value : undefined;
      if (code?.kind === 'text') found.push({ code, runtime: undefined, first: code.line });
    }
  return found;
}

/** Text that stands in the template, at once or line by line: `Fn::Join: ["\n", […]]`. */
function wholeText(expr: Expr): string | undefined {
  if (expr.kind === 'text') return expr.value;
  if (expr.kind !== 'template') return undefined;
  const parts = expr.parts.map(wholeText);
  return parts.some((part) => part === undefined) ? undefined : parts.join('');
}

type Text = Extract<Expr, { kind: 'text' }>;

function textUnder(map: MapExpr, name: string): Text | undefined {
  const value = map.entries.find(({ key }) => key.kind === 'text' && key.value === name)?.value;
  return value?.kind === 'text' ? value : undefined;
}

/** By the runtime that is given beside the code, else by what the code looks like. */
function languageOfCode(runtime: string | undefined, code: string): Language | undefined {
  if (runtime?.startsWith('python')) return 'python';
  if (runtime?.startsWith('nodejs')) return 'javascript';
  if (runtime !== undefined) return undefined;
  return /^\s*(?:import \w|from \w+ import|def )/m.test(code) ? 'python' : 'javascript';
}
