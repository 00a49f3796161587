// Builds tap's own test class without its TypeScript plugin (.taprc), once after `npm ci`: the plugin needs the compiler
// API of an older TypeScript. `tap build` takes 20 s even where nothing is to be done, so look first.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const built = createRequire(createRequire(import.meta.url).resolve('tap/package.json')).resolve(
  '@tapjs/test/package.json',
);
const source = readFileSync(built.replace(/package\.json$/, 'test-built/src/index.ts'), 'utf8');
if (source.includes('@tapjs/typescript')) {
  const { status } = spawnSync('npx', ['--no', 'tap', 'build'], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}
