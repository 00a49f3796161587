import { mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';

/**
 * A program of this folder as one file, as the product is: in a process that also carries the TypeScript loader, every
 * start of git costs several milliseconds more. It lies beside node_modules, where its packages are found.
 */
export async function bundle(file: string): Promise<string> {
  const folder = resolve(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'git-realm-bench');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${basename(file, '.ts')}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, file)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
    outfile,
  });
  return outfile;
}
