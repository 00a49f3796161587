// Runs the tests by tap: `npm test -- [--changed] [--coverage] [<tap's own options>] [<file>…]`.
//     --changed: only what a difference from HEAD may break (changed.ts)
//     --coverage: with a report of what was run of lib; it costs a fifth more

import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { affectedTests, changedFiles } from './changed.ts';
import { root } from './imports.ts';
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
const uncovered = asked('--coverage') ? [] : ['--disable-coverage', '--allow-empty-coverage'];
// Worlds that are built once and copied (test/helpers/world/template.ts).
const worlds = realpathSync(mkdtempSync(join(tmpdir(), 'realm-')));
try {
  const { status } = spawnSync('npx', ['--no', 'tap', 'run', ...uncovered, ...rest, ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, REALM_TEST_WORLDS: worlds },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(worlds, { recursive: true, force: true, maxRetries: 3 });
}
