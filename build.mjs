// Builds dist/ in the layout of an installation: bin, libexec, share. See docs/decisions/start-up.md.
// usage: node build.mjs [--if-stale]
//     --if-stale: only where a source is newer than the last build; code caches then grow as commands are run

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { build } from 'esbuild';

const root = import.meta.dirname;
const dist = join(root, 'dist');
const {
  version,
  engines,
  dependencies: runtime,
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** In the bundle itself. Every other dependency is a chunk: a file of its own, read when first needed. */
const inBundle = new Set(['cac', 'semver']);
/** Modules of ours that are imported statically, and only initialised when a member of them is first used. */
const late = new Set(['lib/compat/semver.ts', 'schemas/generated/validators.js']);
/** What of these is imported dynamically is a chunk of our own, read where sources are read or contents are compared. */
const reading = ['lib/detect/', 'lib/kinds/', 'lib/compat/'];
/** Left out of it: hooks begin to load a grammar early. */
const grammars = 'lib/detect/syntax/grammars.ts';
/** A hook that starts node reads sources: its bundle has all of it. */
const reads = 'hook';
/** The commands that are run all day, by people, by hooks and in CI: each has a bundle of its own. */
const often = ['status', 'hook', 'complete', 'check', 'sync'];
/** Native code: copied beside the bundle as it is. */
const isNative = (name) => /^@(ast-grep|tree-sitter-grammars)\//.test(name);
/** Where each shell looks, below share/. fish completes `git realm` by its configuration: it reads no file for `git-realm` then. */
const completions = {
  'git-realm.bash': 'bash-completion/completions/git-realm',
  '_git-realm': 'zsh/site-functions/_git-realm',
  'git-realm.fish': 'fish/vendor_completions.d/git-realm.fish',
  'git.fish': 'fish/vendor_conf.d/git-realm.fish',
  '__git_realm_complete.fish': 'fish/vendor_functions.d/__git_realm_complete.fish',
};
/** The first line of every command, in words that any node reads: says what is needed. */
const [, ...needed] = /^>=(\d+)\.(\d+)$/.exec(engines.node);
const oldNode = `var v = process.versions.node.split('.'); if (v[0] < ${needed[0]} || (v[0] == ${needed[0]} && v[1] < ${needed[1]})) { console.error("error: node is version " + v.join('.') + " ('" + process.execPath + "'), git realm needs ${needed.join('.')} or later"); process.exit(128); }\n`;
/** What a bundle begins with: no file. */
const START = 'start.js';
const sources = ['build.mjs', 'package.json', 'commands', 'docs', 'hooks', 'lib', 'schemas'];

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  charset: 'ascii',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  // Its other form, for `require`, hides from a bundler what it needs.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  // `import()` becomes `require`, which the launcher answers.
  supported: { 'dynamic-import': false },
  define: {
    REALM_BUNDLED: 'true',
    'import.meta.dirname': '__dirname',
    'import.meta.url': '__filename',
  },
  // One function expression: lib/cli/launch.cjs calls it. A URL is made only where one is asked for.
  banner: { js: '(function(exports,require,module,__filename,__dirname){' },
  footer: { js: '})' },
};

if (process.argv.includes('--if-stale') && !isStale()) process.exit(0);
const unlock = lock(join(root, '.build-lock'));
try {
  if (!process.argv.includes('--if-stale') || isStale()) await buildAll();
} finally {
  unlock();
}

async function buildAll() {
  const out = mkdtempSync(join(root, '.build-'));
  chmodSync(out, 0o755);
  try {
    const started = Date.now();
    const commands = readdirSync(join(root, 'commands'))
      .flatMap((file) => /^git-realm-(.+)\.ts$/.exec(file)?.[1] ?? [])
      .sort();
    const libexec = join(out, 'libexec', 'git-realm');
    mkdirSync(join(libexec, 'lib'), { recursive: true });
    linkNative(join(libexec, 'node_modules'));
    const natives = await locateNatives(join(libexec, 'lib'));
    const specifiers = await bundle(commands, join(libexec, 'lib'), natives);
    await bundleChunks(specifiers, join(libexec, 'lib'));
    copyFileSync(join(root, 'lib', 'cli', 'launch.cjs'), join(libexec, 'lib', 'launch.cjs'));
    // Extensionless files are CommonJS here, whatever a package.json further up says.
    writeFileSync(join(libexec, 'package.json'), '{ "type": "commonjs" }\n');
    for (const name of commands)
      writeExecutable(
        join(libexec, `git-realm-${name}`),
        `#!/usr/bin/env node\n${oldNode}require('./lib/launch.cjs')('${name}', '${bundleOf(name)}', process.argv.slice(2));\n`,
      );
    const data = describe(libexec, commands);
    const share = join(out, 'share', 'git-realm');
    mkdirSync(share, { recursive: true });
    writeFileSync(join(share, 'commands.json'), JSON.stringify(data));
    for (const folder of ['hooks', 'schemas'])
      if (existsSync(join(root, folder)))
        cpSync(join(root, folder), join(share, folder), { recursive: true });
    for (const [name, place] of Object.entries(completions)) {
      const file = join(out, 'share', place);
      mkdirSync(dirname(file), { recursive: true });
      copyFileSync(join(root, 'lib', 'cli', 'completion', name), file);
    }
    writeDispatcher(
      join(out, 'bin'),
      data.filter(({ network }) => network).map(({ name }) => name),
    );
    await writeManuals(join(out, 'share', 'man', 'man1'), data);
    await writeLibrary(join(out, 'compat'));
    if (!process.argv.includes('--if-stale')) warmUp(out, commands);
    replaceDirectory(out, dist);
    const size = statSync(join(dist, 'libexec', 'git-realm', 'lib', 'realm.cjs')).size;
    console.log(
      `built ${commands.length} commands, ${Math.round(size / 1024)} KiB, in ${Date.now() - started} ms`,
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/**
 * All of our own code, in one bundle: a command, and whatever is imported dynamically, is initialised when it is asked for.
 * Returns the specifiers left to chunks.
 */
async function bundle(commands, folder, natives) {
  const specifiers = new Set();
  const shared = await bundleReading(commands, folder, specifiers);
  const bundles = { realm: commands.filter((name) => !often.includes(name)) };
  for (const name of often) bundles[name] = [name];
  for (const [name, held] of Object.entries(bundles)) {
    const isReading = name === reads;
    await build({
      ...options,
      stdin: {
        contents: startOf(held, isReading ? new Set() : shared),
        resolveDir: root,
        sourcefile: START,
      },
      outfile: join(folder, `${name}.cjs`),
      define: { ...options.define, REALM_NATIVES: JSON.stringify(natives) },
      plugins: [dependencies(specifiers), lateModules(), ...(isReading ? [] : [readingElsewhere(new Set())])],
    });
  }
  return specifiers;
}

/**
 * The chunk of `reading`. What it needs of the rest, and what the rest needs of it, exists once, in the bundle of the command:
 * `ours:<file>`. Returns those files.
 */
async function bundleReading(commands, folder, specifiers) {
  const entries = new Set();
  const { metafile } = await build({
    ...options,
    stdin: { contents: startOf(commands, new Set()), resolveDir: root, sourcefile: START },
    write: false,
    metafile: true,
    plugins: [dependencies(specifiers), lateModules(), readingElsewhere(entries)],
  });
  const kept = new Set(Object.keys(metafile.inputs));
  const shared = new Set();
  const lines = [...entries].sort().map((file) => `  ${JSON.stringify(file)}: () => require('./${file}'),`);
  await build({
    ...options,
    stdin: { contents: `module.exports = {\n${lines.join('\n')}\n};\n`, resolveDir: root, sourcefile: START },
    outfile: join(folder, 'reading.cjs'),
    plugins: [
      dependencies(specifiers),
      {
        name: 'the rest',
        setup(api) {
          api.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
            const file = relative(root, join(resolveDir, path));
            if (isOfReading(file) && !kept.has(file)) return undefined;
            shared.add(file);
            return { path: `ours:${file}`, external: true };
          });
        },
      },
    ],
  });
  return shared;
}

function isOfReading(file) {
  return file !== grammars && reading.some((folder) => file.startsWith(folder));
}

/** A module of `reading` that is imported dynamically: `chunk:reading:<file>`. */
function readingElsewhere(entries) {
  return {
    name: 'reading',
    setup(api) {
      api.onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
        const file = relative(root, join(resolveDir, path));
        if (kind !== 'dynamic-import' || !isOfReading(file)) return undefined;
        entries.add(file);
        return { path: `chunk:reading:${file}`, external: true };
      });
    },
  };
}

/** `start` runs a command, `load` only loads it; `late` are the modules that wait for their first use, and those that `shared` names. */
function startOf(commands, shared) {
  const files = Object.fromEntries(commands.map((name) => [name, `commands/git-realm-${name}.ts`]));
  return `import { main } from './lib/cli/main.ts';
const commands = ${table(files)};
export const load = (name) => commands[name]().default;
export const start = (name, argv) => main(load(name), argv);
export const late = ${table(Object.fromEntries([...late, ...shared].map((file) => [file, file])))};\n`;
}

function bundleOf(name) {
  return often.includes(name) ? name : 'realm';
}

/** Modules, initialised when asked for. */
function table(files) {
  const lines = Object.entries(files).map(
    ([key, file]) => `  ${JSON.stringify(key)}: () => require(${JSON.stringify(`./${file}`)}),\n`,
  );
  return `{\n${lines.join('')}}`;
}

/** `late:<file>`: the launcher answers with what stands for a module until a member of it is used. */
function lateModules() {
  return {
    name: 'late modules',
    setup(api) {
      api.onResolve({ filter: /^\./ }, ({ path, resolveDir, importer }) => {
        const file = relative(root, join(resolveDir, path));
        if (!late.has(file) || importer.endsWith(START)) return undefined;
        return { path: `late:${file}`, external: true };
      });
    },
  };
}

/** A dependency is a chunk, unless it is in the bundle or native. */
function dependencies(specifiers) {
  return {
    name: 'dependencies',
    setup(api) {
      api.onResolve({ filter: /^[^./]/ }, ({ path }) => {
        if (path.startsWith('node:')) return undefined;
        const name = packageName(path);
        if (isNative(name)) return { path, external: true };
        if (!(name in runtime) || inBundle.has(name)) return undefined;
        specifiers.add(path);
        return { path: `chunk:${chunkName(name)}:${path}`, external: true };
      });
    },
  };
}

/** One file per dependency; its modules are initialised one by one, so that two entries of one package share state. */
async function bundleChunks(specifiers, folder) {
  const wanted = new Map();
  const add = (specifier) => {
    const name = packageName(specifier);
    wanted.set(name, (wanted.get(name) ?? new Set()).add(specifier));
  };
  for (const specifier of specifiers) add(specifier);
  const done = new Map();
  // A chunk may need another one, or another entry of it: until nothing is new.
  for (;;) {
    const next = [...wanted].find(([name, entries]) => done.get(name) !== entries.size);
    if (next === undefined) return;
    const [own, entries] = next;
    done.set(own, entries.size);
    const lines = [...entries].map(
      (entry) => `  ${JSON.stringify(entry)}: () => require(${JSON.stringify(entry)}),`,
    );
    await build({
      ...options,
      stdin: {
        contents: `module.exports = {\n${lines.join('\n')}\n};\n`,
        resolveDir: root,
        sourcefile: 'chunk.js',
      },
      outfile: join(folder, `${chunkName(own)}.cjs`),
      plugins: [
        {
          name: 'other chunks',
          setup(api) {
            api.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
              const name = packageName(path);
              if (importer === '' || name === own || !wanted.has(name)) return undefined;
              add(path);
              return { path: `chunk:${chunkName(name)}:${path}`, external: true };
            });
          },
        },
      ],
    });
  }
}

function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function chunkName(name) {
  return name.replace('@', '').replace('/', '-');
}

/** The native packages and what they need, for this machine only, as hard links where possible. */
function linkNative(folder) {
  const modules = join(root, 'node_modules');
  const names = new Set(Object.keys(runtime).filter(isNative));
  const hosts = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };
  const prebuilds = [
    `prebuild-${hosts[process.platform]}-${process.arch.toUpperCase()}`,
    `${process.platform}-${process.arch}`,
  ];
  for (const name of names) {
    const from = join(modules, name);
    if (!existsSync(from)) continue;
    const own = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
    for (const needed of Object.keys({ ...own.dependencies, ...own.optionalDependencies }))
      if (isNative(needed)) names.add(needed);
    for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      const path = relative(from, file);
      const [top, kind] = path.split('/');
      if (!entry.isFile() || ['src', 'types', 'bindings', 'node_modules'].includes(top)) continue;
      if (/\.(d\.ts|wasm|md|gyp)$|^(postinstall|grammar|make_grammar)\./.test(path)) continue;
      if (top === 'prebuilds' && !prebuilds.includes(kind)) continue;
      place(file, join(folder, name, path));
    }
  }
}

function place(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** What every command says of itself, for help, completion and manual pages. */
function describe(libexec, commands) {
  const launcher = JSON.stringify(join(libexec, 'lib', 'launch.cjs'));
  const pairs = JSON.stringify(commands.map((name) => [name, bundleOf(name)]));
  const script = `console.log(JSON.stringify(${pairs}.map(([name, bundle]) => require(${launcher}).describe(name, bundle))))`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', maxBuffer: 1 << 26 }));
}

/** Modules of lib/, for the build's own use. */
async function fromSource(...paths) {
  const { outputFiles } = await build({
    ...options,
    format: 'esm',
    stdin: { contents: paths.map((path) => `export * from './${path}';`).join('\n'), resolveDir: root },
    banner: {},
    footer: {},
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** The linked native files as the bundle in `folder` names them. Their packages find them once, here. */
async function locateNatives(folder) {
  const { findNatives } = await fromSource('lib/detect/syntax/natives.ts');
  const { addon, grammars } = findNatives(createRequire(join(folder, 'realm.cjs')));
  const entries = Object.entries(grammars).map(([name, grammar]) => [
    name,
    { ...grammar, libraryPath: relative(folder, grammar.libraryPath) },
  ]);
  return { addon: relative(folder, addon), grammars: Object.fromEntries(entries) };
}

/** The pages of docs/ in roff; a command whose page is still to be written has what it says of itself. */
async function writeManuals(folder, commands) {
  const { commandPage, overviewPage, roff } = await fromSource('lib/manual/page.ts', 'lib/manual/roff.ts');
  mkdirSync(folder, { recursive: true });
  const write = (name, make) => {
    const page = join(root, 'docs', `${name}.md`);
    const markdown = existsSync(page) ? readFileSync(page, 'utf8') : make();
    const footer = { version: `git-realm ${version}`, manual: 'Git Realm Manual' };
    writeFileSync(join(folder, `${name}.1`), roff(markdown, footer));
    // What `git help realm-sync` looks for: git knows only programs on PATH by their names.
    const alias = name.replace(/^git-realm-/, 'gitrealm-');
    if (alias !== name) writeFileSync(join(folder, `${alias}.1`), `.so man1/${name}.1\n`);
  };
  write('git-realm', () => overviewPage(commands));
  for (const command of commands)
    if (!command.hidden) write(`git-realm-${command.name}`, () => commandPage(command));
}

/** The library `git-realm/compat`: modules of their own, since programs import it and no launcher runs it. */
async function writeLibrary(folder) {
  await build({
    absWorkingDir: root,
    entryPoints: { index: 'lib/compat/library.ts' },
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    alias: options.alias,
    // Packages that come as modules too (graphql) have no names to import when they are bundled as anything else.
    mainFields: ['module', 'main'],
    external: ['@ast-grep/*', '@tree-sitter-grammars/*'],
    define: { REALM_BUNDLED: 'false' },
    // What is bundled and is not a module asks for node's own modules by `require`.
    banner: {
      js: "import { createRequire as _createRequire } from 'node:module'; const require = _createRequire(import.meta.url);",
    },
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  copyFileSync(join(root, 'lib', 'compat', 'library-types.d.ts'), join(folder, 'index.d.ts'));
}

function writeDispatcher(bin, network) {
  const text = readFileSync(join(root, 'lib', 'cli', 'git-realm.sh'), 'utf8')
    .replace('@VERSION@', version)
    .replace('@NETWORK@', network.join(' | ') || '-');
  mkdirSync(bin);
  writeExecutable(join(bin, 'git-realm'), text);
}

function writeExecutable(path, text) {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

/**
 * Plays a short story in a throw-away home, so that the code caches hold what each command really runs. A failure costs
 * speed only, and is reported; a command that the story leaves out is warmed by its usage. What became of it is in `cache/story`.
 */
function warmUp(out, commands) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'git-realm-warm-')));
  const env = {
    PATH: [join(out, 'bin'), process.env.PATH].join(delimiter),
    HOME: home,
    TMPDIR: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_REALM_HOME: join(home, '.blue'),
    GIT_CEILING_DIRECTORIES: dirname(home),
    LC_ALL: 'C',
  };
  /** The last lines of a failure; '' after a success. */
  const run = (file, args) => {
    try {
      execFileSync(file, args, { env, cwd: home, stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 });
      return '';
    } catch (error) {
      return String(error.stderr || error.message)
        .split('\n')
        .slice(-4)
        .join('\n');
    }
  };
  try {
    const folder = join(out, 'libexec', 'git-realm', 'lib', 'cache');
    const failure = run('sh', [join(root, 'lib', 'cli', 'warm-up.sh'), folder]);
    if (failure !== '')
      console.error(`the code caches are not warm: lib/cli/warm-up.sh stopped:\n${failure}`);
    const caches = readdirSync(folder).map((name) => name.split('-')[0]);
    for (const name of commands) if (!caches.includes(name)) run(join(out, 'bin', 'git-realm'), [name, '-h']);
    writeFileSync(join(folder, 'story'), failure === '' ? 'played\n' : failure);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function replaceDirectory(from, to) {
  const old = `${to}.old-${process.pid}`;
  if (existsSync(to)) renameSync(to, old);
  renameSync(from, to);
  rmSync(old, { recursive: true, force: true });
}

function isStale() {
  const mark = join(dist, 'share', 'git-realm', 'commands.json');
  if (!existsSync(mark)) return true;
  const built = statSync(mark).mtimeMs;
  const newer = (path) => {
    if (!existsSync(path)) return false;
    const stat = statSync(path);
    return (
      stat.mtimeMs > built ||
      (stat.isDirectory() && readdirSync(path).some((name) => newer(join(path, name))))
    );
  };
  return sources.some((name) => newer(join(root, name)));
}

/** Test processes may build at the same time: one does, the others wait. */
function lock(path) {
  for (;;) {
    try {
      mkdirSync(path);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      try {
        if (Date.now() - statSync(path).mtimeMs > 120_000) rmSync(path, { recursive: true, force: true });
      } catch {}
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  return () => rmSync(path, { recursive: true, force: true });
}
