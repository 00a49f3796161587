// Prints every figure of the budgets (DESIGN §11) as a ratio within one run.
// usage: npm run bench [-- <section> …]     a section is a file beside this one that exports `run`

import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Section {
  /** The section's table, ready to print. */
  run(): Promise<string>;
}

const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== basename(import.meta.filename))
  .map((file) => basename(file, '.ts'))
  .sort();
const wanted = process.argv.slice(2);
const strange = wanted.filter((name) => !known.includes(name));
if (strange.length > 0) {
  console.error(`no section '${strange.join("', '")}'; there is ${known.join(', ')}`);
  process.exit(129);
}

console.log(`node ${process.versions.node}, ${cpus().length} cores, ${process.platform}\n`);
let failed = 0;
for (const name of wanted.length > 0 ? wanted : known) {
  console.log(`## ${name}`);
  try {
    const section = (await import(pathToFileURL(join(import.meta.dirname, `${name}.ts`)).href)) as Section;
    console.log(`${await section.run()}\n`);
  } catch (error) {
    failed += 1;
    console.log(`failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
}
process.exitCode = failed > 0 ? 1 : 0;
