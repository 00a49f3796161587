// Builds, and runs the tests by tap: `npm test -- [--changed] [--coverage] [<tap's own options>] [<file>…]`.
//     --changed: only what a difference from HEAD may break (changed.ts)
//     --coverage: with a report of what was run of lib, for which tsx reads each file anew; it takes half as long again

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { affectedTests, changedFiles } from './changed.ts';
import { compile } from './compile.ts';
import { root, sources } from './imports.ts';
import { inMemory } from './in-memory.ts';
import './prepare.mjs';

const words = process.argv.slice(2);
const asked = (name: string): boolean => words.includes(name);
const rest = words.filter((word) => word !== '--changed' && word !== '--coverage');
const files = asked('--changed') ? affectedTests(changedFiles()) : [];
if (asked('--changed') && files.length === 0) {
  console.log('no test imports, or is named after, what differs from HEAD');
  process.exit(0);
}
if (asked('--changed')) console.log(`${files.length} test files: ${files.join(' ')}`);
const isTest = (file: string): boolean => file.endsWith('.test.ts');
const named = [...rest, ...files].filter(isTest);
const building = built();
const { runner, options, env } = asked('--coverage')
  ? { runner: [], options: [], env: {} }
  : {
      runner: ['--import=./test/helpers/run/start-compiled.mjs'],
      options: ['--disable-coverage', '--allow-empty-coverage'],
      env: { REALM_COMPILED_TESTS: await compile(named.length > 0 ? named : sources().filter(isTest)) },
    };
const notBuilt = await building;
if (notBuilt !== 0) process.exit(notBuilt);
const temporary = inMemory();
// Worlds that are built once and copied (test/helpers/world/template.ts).
const worlds = realpathSync(mkdtempSync(join(temporary, 'realm-')));
try {
  const tap = join(root, 'node_modules', '.bin', 'tap');
  const { status } = spawnSync(process.execPath, [...runner, tap, 'run', ...options, ...rest, ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env, TMPDIR: temporary, REALM_TEST_WORLDS: worlds },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(worlds, { recursive: true, force: true, maxRetries: 3 });
}

/** `npm run build`, while the tests are compiled. Its exit status. */
async function built(): Promise<number> {
  const child = spawn(process.execPath, [join(root, 'build.mjs')], { cwd: root, stdio: 'inherit' });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status ?? 1;
}
