'use strict';
// Starts the bundle with V8's code cache: the part of start-up that a plain `require` spends on compiling.
// One source, one cache per command, so that only the functions a command runs are read back (docs/decisions).

const fs = require('node:fs');
const { mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } = fs;
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

// A cache of another V8 has another name, so two versions of node do not drive out each other's.
const engine = `${process.versions.v8}-${process.arch}`;
const native = createRequire(__filename);
const loaded = new Map();
// Modules of node that are not in its start-up snapshot cost 1 to 5 ms each, and many commands only name them.
const late = new Set([
  'child_process',
  'crypto',
  'fs/promises',
  'http',
  'https',
  'net',
  'readline',
  'readline/promises',
  'timers/promises',
  'tls',
  'zlib',
]);

// The command that runs: it names the code caches. Nothing is cached for one that is only described.
let command;
// The bundle that it is in.
let main;

// Dependencies that much of our code names and little of it runs.
const lazily = new Set(['yaml', 'refa', 'eslint-community-regexpp']);

/** Runs one command of the bundle. */
module.exports = function launch(name, bundle, argv) {
  restoreCertificates();
  command = name;
  main = bundle;
  evaluate(bundle, name).start(name, argv);
};

/** What a command says of itself, for the build. */
module.exports.describe = (name, bundle) => {
  main = bundle;
  return evaluate(bundle).load(name);
};

// The dispatcher takes the variable out of node's own start (it costs 50 ms); our children get it back.
function restoreCertificates() {
  const kept = process.env.GIT_REALM_EXTRA_CA_CERTS;
  if (kept === undefined) return;
  process.env.NODE_EXTRA_CA_CERTS = kept;
  delete process.env.GIT_REALM_EXTRA_CA_CERTS;
}

function evaluate(file, use) {
  const found = loaded.get(file);
  if (found !== undefined) return found;
  const filename = join(__dirname, `${file}.cjs`);
  // A bundle is one function expression, in ASCII (esbuild escapes the rest): the same text, at half the memory.
  const source = readFileSync(filename, 'latin1');
  const cache = use && join(__dirname, 'cache', `${use}-${engine}`);
  const cachedData = cache && readCache(cache);
  const script = new Script(source, { filename, ...(cachedData === undefined ? {} : { cachedData }) });
  if (cache && (cachedData === undefined || script.cachedDataRejected)) rewriteAfterSuccess(script, cache);
  const module = { exports: {} };
  loaded.set(file, module.exports);
  script.runInThisContext()(module.exports, load, module, filename, __dirname);
  loaded.set(file, module.exports);
  return module.exports;
}

// `chunk:<file>:<specifier>` is a dependency, or the code that reads sources and compares contents, that the build put into a file of its own, read when first used;
// `late:<file>` is a module of the bundle that is initialised when first used, `ours:<file>` one that such a chunk needs.
function load(id) {
  const [kind, place, module] = id.split(':');
  if (kind === 'late') return whenUsed(() => evaluate(main).late[place]());
  if (kind === 'ours') return evaluate(main).late[place]();
  if (kind === 'chunk') return lazily.has(place) ? whenUsed(chunk) : chunk();
  return late.has(kind === 'node' ? place : kind) ? whenUsed(() => native(id)) : native(id);

  function chunk() {
    // Of it each command runs other parts.
    const cached = place === 'reading' ? `${command}-${place}` : place;
    return evaluate(place, command && cached)[module]();
  }
}

// Stands for a module until one of its members is looked at.
function whenUsed(make) {
  let made;
  const get = () => (made ??= make());
  return new Proxy(
    {},
    {
      get: (_, key) => get()[key],
      has: (_, key) => key in get(),
      ownKeys: () => Reflect.ownKeys(get()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Reflect.getOwnPropertyDescriptor(get(), key);
        return found && { ...found, configurable: true };
      },
    },
  );
}

// A cache is code: V8 runs what it says. So it counts only where nobody else could have written it, but who could write the
// program itself.
function readCache(path) {
  let file;
  try {
    file = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
    const { uid, mode } = fs.fstatSync(file);
    const trusted = uid === process.geteuid?.() || uid === fs.statSync(__filename).uid;
    return trusted && (mode & 0o022) === 0 ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

// At the end the functions that ran are compiled, so the cache holds them. A read-only install goes without.
function rewriteAfterSuccess(script, cache) {
  process.once('exit', (code) => {
    if (code !== 0) return;
    const temporary = `${cache}.${process.pid}`;
    try {
      mkdirSync(join(__dirname, 'cache'), { recursive: true });
      writeFileSync(temporary, script.createCachedData(), { mode: 0o600, flag: 'wx' });
      renameSync(temporary, cache);
    } catch {
      try {
        unlinkSync(temporary);
      } catch {}
    }
  });
}
