import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { root } from './imports.ts';

const folder = join(root, '.tap', 'compiled');

/**
 * Compiles test files with all that they import, for start-compiled.mjs: tsx would take a second of processor time for each of
 * them, and reading tap's three hundred files a fifth of one. The folder that holds them.
 */
export async function compile(files: readonly string[]): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([
    build({
      ...options,
      entryPoints: [...files],
      outbase: root,
      outdir: folder,
      chunkNames: 'shared/[hash]',
      splitting: true,
      sourcemap: true,
      sourcesContent: false,
      plugins: [packages, inPlace],
    }),
    runner(),
  ]);
  return folder;
}

const options: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // Packages that are CommonJS call it.
  banner: {
    js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(${JSON.stringify(join(root, 'package.json'))});`,
  },
  logLevel: 'warning',
};

/** Under this name tap leaves itself out of the places where a test failed. */
const RUNNER = '@tapjs/compiled';

/**
 * What most tests import, and node would read file by file. Not where it is imported dynamically: esbuild gives what a CommonJS
 * package exports no names there.
 */
const TOGETHER = /^(@eslint-community\/regexpp|ajv|ajv-formats|refa|yaml)(\/|$)/;

const packages: Plugin = {
  name: 'packages',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || (kind !== 'dynamic-import' && TOGETHER.test(path))) return undefined;
      return { path: path === 'tap' ? RUNNER : path, external: true };
    });
  },
};

/** tap as one file. */
async function runner(): Promise<void> {
  const tap = join(folder, 'node_modules', RUNNER);
  await build({
    ...options,
    entryPoints: [join(root, 'node_modules', 'tap', 'dist', 'esm', 'index.js')],
    outfile: join(tap, 'index.js'),
    external: ['react', 'react-element-to-jsx-string'],
    plugins: [inPlace],
  });
  writeFileSync(join(tap, 'package.json'), '{ "type": "module", "exports": "./index.js" }\n');
}

/** A file knows itself by the path of its source, from which it finds others. */
const inPlace: Plugin = {
  name: 'in-place',
  setup(build) {
    build.onLoad({ filter: /\.m?[jt]s$/ }, ({ path }) => ({
      loader: path.endsWith('ts') ? 'ts' : 'js',
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.filename', JSON.stringify(path))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
    }));
  },
};
