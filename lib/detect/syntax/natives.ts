import { existsSync } from 'node:fs';
import path from 'node:path';

/** What ast-grep registers a grammar with; the shared library is mapped, not read. */
export interface Grammar {
  libraryPath: string;
  extensions: string[];
  languageSymbol?: string;
  expandoChar?: string;
}

/** Where this machine's native files lie: the addon of ast-grep, and the grammars by language. Absolute paths. */
export interface Natives {
  addon: string;
  grammars: Record<string, Grammar>;
}

const languages = ['python', 'go', 'java', 'rust'] as const;

/**
 * The native files that packages hold for this platform. `need` resolves from where they are installed. Loads the addon,
 * because only its package knows which of its builds fits.
 */
export function findNatives(need: NodeJS.Require): Natives {
  need('@ast-grep/napi');
  const addon = Object.keys(need.cache).find((file) => /ast-grep-napi\.[^/\\]+\.node$/.test(file));
  if (addon === undefined) throw new Error('ast-grep was loaded, but its addon was not found');
  const packaged = languages.map((name): [string, Grammar] => {
    const { libraryPath, extensions, languageSymbol, expandoChar } = need(`@ast-grep/lang-${name}`);
    return [name, { libraryPath, extensions, languageSymbol, expandoChar }];
  });
  return { addon, grammars: { ...Object.fromEntries(packaged), ...hcl(need) } };
}

/**
 * The HCL package ships its grammar inside a node addon, which is a shared library like any other. Where none was built
 * for this platform, Terraform files are unresolved and everything else is read.
 */
function hcl(need: NodeJS.Require): Record<string, Grammar> {
  try {
    const home = path.dirname(need.resolve('@tree-sitter-grammars/tree-sitter-hcl/package.json'));
    const file = '@tree-sitter-grammars+tree-sitter-hcl.node';
    const libraryPath = path.join(home, 'prebuilds', `${process.platform}-${process.arch}`, file);
    if (!existsSync(libraryPath)) return {};
    return { hcl: { libraryPath, extensions: ['tf'], languageSymbol: 'tree_sitter_hcl', expandoChar: '_' } };
  } catch {
    return {};
  }
}
