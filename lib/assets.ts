import { join, resolve } from 'node:path';

// The build defines it; run from the sources (tests of a module) it does not exist.
declare const REALM_BUNDLED: boolean | undefined;

/** The absolute path of a file that comes with the program: `hooks/pre-commit`, `schemas/realm.schema.json`. */
export function assetPath(...names: string[]): string {
  // Bundled we are in …/libexec/git-realm/lib, beside …/share.
  return typeof REALM_BUNDLED === 'undefined'
    ? join(resolve(import.meta.dirname, '..'), ...names)
    : resolve(import.meta.dirname, '..', '..', '..', 'share', 'git-realm', ...names);
}

/** The directory of `man1`, as installed. */
export const manPath = (): string => resolve(assetPath(), '..', 'man');
