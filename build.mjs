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

/** In the bundle itself, or in the part that alone needs it. Every other dependency is a chunk, read when first needed. */
const inBundle = new Set(['cac', 'semver']);
/** The commands that are run all day, by people, by hooks and in CI: each has a bundle of its own. */
const often = ['status', 'hook', 'complete', 'check', 'sync'];
/** The folders of the kinds of contract. */
const kinds = readdirSync(join(root, 'lib/kinds'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
/** Parts of our own code: what of it, when it is first needed, brings the rest of the part along. */
const parts = {
  detect: [
    'lib/detect/index.ts',
    'lib/detect/data/document.ts',
    'lib/detect/explain.ts',
    'lib/detect/document/content.ts',
    'lib/detect/syntax/grammars.ts',
    'lib/kinds/choose.ts',
    ...kinds.map((kind) => `lib/kinds/${kind}/recognise.ts`),
  ],
  semver: ['lib/compat/semver.ts'],
  validators: ['schemas/generated/validators.js'],
  plugins: ['lib/plugins/index.ts'],
  rules: ['lib/kinds/rules.ts'],
  verdicts: [
    'lib/compat/schema/index.ts',
    'lib/kinds/openapi/compare/index.ts',
    'lib/kinds/graphql/compare.ts',
    'lib/kinds/json-schema/compare.ts',
  ],
};
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
 * Own code: a bundle of its own for each command that is run all day, `realm.cjs` for all others, and parts, each read when
 * one of its entries is first needed. In a process a module is there once, so that state and classes are shared: what a part
 * needs of the bundle is lent to it. Returns the specifiers left to chunks.
 */
async function bundle(commands, folder, natives) {
  const specifiers = new Set();
  const make = async (contents, outfile, resolving) => {
    const { metafile } = await build({
      ...options,
      stdin: { contents, resolveDir: root, sourcefile: START },
      ...(outfile === null ? { write: false } : { outfile: join(folder, outfile) }),
      define: { ...options.define, REALM_NATIVES: JSON.stringify(natives) },
      metafile: true,
      plugins: [dependencies(specifiers), resolving],
    });
    return new Set(Object.keys(metafile.inputs).filter((file) => file !== START && !file.startsWith('<')));
  };
  const partOf = new Map(Object.entries(parts).flatMap(([part, files]) => files.map((file) => [file, part])));
  const rare = commands.filter((name) => !often.includes(name));
  /** What each of those commands brings along at once. */
  const own = new Map();
  for (const name of often) {
    const later = new Set();
    const files = await make(startOfOne(name, []), null, elsewhere(partOf, { later, rest: `${name}.more` }));
    own.set(name, files);
  }
  const everywhere = await make(startOfAll(rare, []), null, elsewhere(partOf));
  const known = new Set([...everywhere, ...[...own.values()].flatMap((files) => [...files])]);

  // What two parts need is lent to both.
  const lent = new Set();
  for (let before = -1; lent.size > before; ) {
    before = lent.size;
    const count = new Map();
    for (const [part, files] of Object.entries(parts)) {
      const made = await make(partText(files), `${part}.cjs`, elsewhere(partOf, { part, main: known, lent }));
      for (const file of made) count.set(file, (count.get(file) ?? 0) + 1);
    }
    for (const [file, places] of count) {
      if (places === 1) continue;
      if (file.startsWith('node_modules/')) throw new Error(`${file} is in ${places} parts: make it a chunk`);
      lent.add(file);
      known.add(file);
    }
  }
  for (const [name, files] of own) {
    const rest = `${name}.more`;
    // What is lent asks for more, too.
    const asked = new Set();
    await make(startOfOne(name, lent), null, elsewhere(partOf, { later: asked, rest }));
    const later = [...asked];
    const main = new Set([...files, ...lent]);
    // What is there anyway is lent as well: to be asked for twice would make it initialise by itself, and all that it needs.
    const more = new Set([...lent, ...later.filter((file) => main.has(file))]);
    const resolving = elsewhere(partOf, { part: rest, main, lent: more });
    await make(partText(later.filter((file) => !main.has(file))), `${rest}.cjs`, resolving);
    await make(
      startOfOne(name, more),
      `${name}.cjs`,
      elsewhere(partOf, { later: new Set(), rest, at: main }),
    );
  }
  await make(startOfAll(rare, lent), 'realm.cjs', elsewhere(partOf));
  return specifiers;
}

/** `start` runs the command, `load` only loads it; `lent` are the modules that parts take from here. */
function startOfOne(name, lent) {
  const files = [...lent].sort();
  const imports = files
    .map((file, n) => `import * as lent${n} from ${JSON.stringify(`./${file}`)};\n`)
    .join('');
  const table = files.map((file, n) => `  ${JSON.stringify(file)}: () => lent${n},\n`).join('');
  return `import { main } from './lib/cli/main.ts';
import command from './commands/git-realm-${name}.ts';
${imports}export const load = () => command;
export const start = (_, argv) => main(command, argv);
export const lent = {\n${table}};\n`;
}

/** The same for many commands, each initialised when it is run. */
function startOfAll(commands, lent) {
  const files = commands.map((name) => `commands/git-realm-${name}.ts`);
  const loaders = commands
    .map((name, n) => `  ${JSON.stringify(name)}: () => ${required(files[n])},\n`)
    .join('');
  return `import { main } from './lib/cli/main.ts';
const commands = {\n${loaders}};
export const load = (name) => commands[name]().default;
export const start = (name, argv) => main(load(name), argv);
export const lent = ${table([...lent].sort())};\n`;
}

function partText(files) {
  return `module.exports = ${table(files)};\n`;
}

/** Modules by the names of their files, initialised when asked for. */
function table(files) {
  return `{\n${files.map((file) => `  ${JSON.stringify(file)}: () => ${required(file)},\n`).join('')}}`;
}

function bundleOf(name) {
  return often.includes(name) ? name : 'realm';
}

function required(file) {
  return `require(${JSON.stringify(`./${file}`)})`;
}

/**
 * What the launcher answers: `part:<part>:<file>`, an entry of a part, and `main:<file>`, a module of the bundle that a part
 * takes from there. For a part (`part`): `main` has what the bundle holds, and what is taken is added to `lent`. For the bundle
 * of one command: what it imports dynamically and does not hold is left to the part `rest`, and added to `later`.
 */
function elsewhere(partOf, { part, main, lent, later, rest, at } = {}) {
  return {
    name: 'elsewhere',
    setup(api) {
      api.onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
        const file = relative(root, join(resolveDir, path));
        const other = partOf.get(file);
        if (other !== undefined && other !== part) return { path: `part:${other}:${file}`, external: true };
        if (later !== undefined && kind === 'dynamic-import') {
          later.add(file);
          return { path: at?.has(file) === true ? `main:${file}` : `part:${rest}:${file}`, external: true };
        }
        if (main === undefined || other !== undefined || !main.has(file)) return undefined;
        lent.add(file);
        return { path: `main:${file}`, external: true };
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
 * speed only, and a command that the story leaves out is warmed by its usage.
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
  const run = (file, args, cwd = home) => {
    try {
      execFileSync(file, args, { env, cwd, stdio: 'ignore', timeout: 120_000 });
    } catch {}
  };
  try {
    const folder = join(out, 'libexec', 'git-realm', 'lib', 'cache');
    run('sh', [join(root, 'lib', 'cli', 'warm-up.sh'), folder]);
    const caches = readdirSync(folder).map((name) => name.split('-')[0]);
    for (const name of commands) if (!caches.includes(name)) run(join(out, 'bin', 'git-realm'), [name, '-h']);
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
