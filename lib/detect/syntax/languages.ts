import { place, shortText } from './build.ts';
import { grammars } from './grammars.ts';
import type { Language, Module } from './ir.ts';
import { Node } from './node.ts';

const byExtension: Record<string, Language> = {
  py: 'python',
  pyi: 'python',
  ts: 'typescript',
  tsx: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  js: 'javascript',
  jsx: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  go: 'go',
  java: 'java',
  rs: 'rust',
  tf: 'terraform',
  hcl: 'terraform',
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  template: 'yaml',
  toml: 'toml',
};

/** Languages whose trees come from a grammar. */
export const codeLanguages: readonly Language[] = [
  'python',
  'typescript',
  'javascript',
  'go',
  'java',
  'rust',
  'terraform',
];

/** Whether a path is in one of these languages. */
export function readsLanguages(...languages: Language[]): (path: string) => boolean {
  const known = new Set<string>(languages);
  return (path) => known.has(languageOf(path) ?? '');
}

/** The ending of a template of a document. */
const template = /(?<=\.(?:json|ya?ml))\.(?:tpl|tftpl|tmpl|j2|jinja2?)$/i;

/** A template as the document that it makes, line by line: directives are blank, and a gap that is a whole value is a text. */
const withoutDirectives = (text: string): string =>
  text
    .replace(/%\{[^{}]*\}|\{%[^%]*%\}/g, (directive) => directive.replace(/[^\n]/g, ' '))
    .replace(/([:[,]\s*)(\$\{[^{}"]*\})(?=\s*[,\]}])/g, '$1"$2"');

/** The language that a path's ending names, or undefined. */
export function languageOf(file: string): Language | undefined {
  // A template of a document, which Terraform or Jinja fills in: what stands between its gaps is read.
  const filled = file.replace(template, '');
  const ending = filled.slice(filled.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(byExtension, ending) && file.includes('.') ? byExtension[ending] : undefined;
}

/**
 * The module that `text` holds. Throws `SyntaxError` where the file has no readable tree at all; a tree with broken
 * places is returned with `errors`. Throws `TooLarge` where it has too many pieces. Grammars are loaded at the first call that needs one.
 */
export async function parseModule(file: string, language: Language, text: string): Promise<Module> {
  if (language === 'yaml' || language === 'json') {
    const { document } = await import('./document.ts');
    const { stripComments } = await import('jsonc-parser');
    // Settings are often JSON with comments; blanks in their place keep the lines.
    const own = template.test(file) ? withoutDirectives(text) : text;
    const plain = language === 'json' && /\/[/*]/.test(own) ? stripComments(own, ' ') : own;
    return document(file, language, plain);
  }
  const tree = await parserOf(file, language);
  const root = tree(text);
  const walk = await walkerOf(language);
  const module = walk(file, language, root, tree);
  const broken = root.find('ERROR');
  if (broken) module.errors.push({ line: place(broken).line, text: shortText(broken) });
  if (text.includes('realm:export')) module.comments.push(...commentsIn(root));
  return module;
}

/** What parses texts in a file's language. It throws `SyntaxError` where this platform has no grammar of the language. */
export async function parserOf(file: string, language: Language): Promise<(source: string) => Node> {
  const { parse } = await grammars();
  return (source) => {
    try {
      return new Node(parse(grammarOf(file, language), source).root(), source);
    } catch (error) {
      if (error instanceof Error && /not supported/.test(error.message))
        throw new SyntaxError(`the grammar of ${language} is not available for this platform`);
      throw error;
    }
  };
}

function grammarOf(file: string, language: Language): string {
  if (language === 'terraform') return 'hcl';
  if (language === 'javascript') return 'Tsx';
  if (language === 'typescript') return file.endsWith('x') ? 'Tsx' : 'TypeScript';
  return language;
}

type Walker = (file: string, language: Language, root: Node, tree: (source: string) => Node) => Module;

const walkers = new Map<Language, Promise<Walker>>();

/** The walk over one language's trees, loaded at its first file. */
function walkerOf(language: Language): Promise<Walker> {
  const known = walkers.get(language) ?? loadWalker(language);
  walkers.set(language, known);
  return known;
}

async function loadWalker(language: Language): Promise<Walker> {
  switch (language) {
    case 'python': {
      const { python } = await import('./python.ts');
      return (file, _, root) => python(file, root);
    }
    case 'typescript':
    case 'javascript':
      return (await import('./typescript.ts')).typescript;
    case 'go': {
      const { go } = await import('./go.ts');
      return (file, _, root) => go(file, root);
    }
    case 'java': {
      const { java } = await import('./java.ts');
      return (file, _, root) => java(file, root);
    }
    case 'rust': {
      const { rust } = await import('./rust.ts');
      return (file, _, root, tree) => rust(file, root, tree);
    }
    case 'terraform': {
      const { terraform } = await import('./terraform.ts');
      return (file, _, root) => terraform(file, root);
    }
    default:
      throw new SyntaxError(`no grammar for ${language}`);
  }
}

function commentsIn(root: Node): Module['comments'] {
  return root.findText('realm:export').flatMap((node) => {
    if (!node.kind().endsWith('comment')) return [];
    const { start, end } = node.range();
    return [{ text: node.text(), line: start.line + 1, endLine: end.line + 1 }];
  });
}
