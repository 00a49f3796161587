// Replays the console sessions of README.md and docs/*.md in throw-away repositories.
// usage: npm run docs [-- --update] [<file>...]      --update: rewrite pages and sessions, for review in the diff

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { docs, manualPages, updatePages } from './pages.ts';
import { replay } from './transcript.ts';

const root = resolve(docs, '..');
const update = process.argv.includes('--update');
const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const files =
  named.length > 0 ? named.map((name) => resolve(name)) : [join(root, 'README.md'), ...markdownIn(docs)];
let passed = 0;
let failed = 0;

if (update) for (const name of updatePages()) console.log(`rewrote docs/${name}.md`);
else
  for (const { name, written, due } of manualPages().pages) {
    if (written === due) passed++;
    else {
      failed++;
      console.log(`FAIL docs/${name}.md is not what its command says (npm run docs -- --update)`);
    }
  }

for (const file of files) {
  const text = readFileSync(file, 'utf8');
  const { steps, updated } = await replay(text, basename(file));
  for (const step of steps) {
    if (step.failure === undefined) passed++;
    else {
      failed++;
      console.log(
        `FAIL ${relative(root, file)}:${step.line}: $ ${step.command}\n${step.failure.replace(/^/gm, '     | ')}`,
      );
    }
  }
  if (update && updated !== text) {
    writeFileSync(file, updated);
    console.log(`rewrote ${relative(root, file)}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 && !update ? 1 : 0;

function markdownIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => join(folder, name));
}
