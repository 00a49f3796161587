import { createRequire } from 'node:module';
import path from 'node:path';
import { findNatives, type Natives } from './natives.ts';

/**
 * What `findNatives` found when the program was built, relative to the bundle's folder: to let the packages look for
 * their own files again costs ten times what mapping those does.
 */
declare const REALM_NATIVES: Natives | undefined;

type AstGrep = typeof import('@ast-grep/napi');
let loading: Promise<AstGrep> | undefined;

/** Load ast-grep and its grammars; done once. A caller that has to wait for git may call it early. */
export function grammars(): Promise<AstGrep> {
  loading ??= load();
  return loading;
}

/** ast-grep takes dynamic languages once per process, so all are named at once. */
async function load(): Promise<AstGrep> {
  const need = createRequire(typeof __filename === 'string' ? __filename : import.meta.url);
  const { addon, grammars } = typeof REALM_NATIVES === 'undefined' ? findNatives(need) : REALM_NATIVES;
  const at = (file: string): string => (path.isAbsolute(file) ? file : path.join(__dirname, file));
  const napi: AstGrep = need(at(addon));
  const entries = Object.entries(grammars).map(
    ([name, grammar]) => [name, { ...grammar, libraryPath: at(grammar.libraryPath) }] as const,
  );
  napi.registerDynamicLanguage(Object.fromEntries(entries));
  return napi;
}
