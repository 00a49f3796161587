import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { root } from './imports.ts';

/**
 * Compiles test files with all that they import of this repository, for start-compiled.mjs: tsx would take a second of
 * processor time for each of them. The folder that holds them.
 */
export async function compile(files: readonly string[]): Promise<string> {
  const folder = join(root, '.tap', 'compiled');
  rmSync(folder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: [...files],
    outbase: root,
    outdir: folder,
    chunkNames: 'shared/[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    sourcemap: true,
    sourcesContent: false,
    plugins: [inPlace],
    logLevel: 'warning',
  });
  return folder;
}

/** A file knows itself by the path of its source, from which it finds others. */
const inPlace: Plugin = {
  name: 'in-place',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.filename', JSON.stringify(path))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
    }));
  },
};
