import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { gitHere, run } from './helper.ts';
import { isHere, managers } from './matrix/managers.ts';
import { type Git, nextGit, observe } from './matrix/observe.ts';
import { operations } from './matrix/operations.ts';
import { layouts } from './matrix/place.ts';
import { type Matrix, table } from './matrix/table.ts';

// Hook manager × git × layout × operation, each carried out. `REALM_NIGHTLY=1` takes every combination, else every operation
// without a manager in a plain repository with each git, and with the newest git a few of them in each layout, and a commit
// under each manager. `REALM_UPDATE_MATRIX=1` writes what was seen here, and the page.

const file = resolve(import.meta.dirname, 'matrix/matrix.json');
const page = resolve(import.meta.dirname, '../../docs/hooks.md');
const every = process.env.REALM_NIGHTLY === '1';
const update = process.env.REALM_UPDATE_MATRIX === '1';
/** One for each way in which git starts hooks. */
const few = ['commit', 'merge, clean', 'rebase', 'am'];
const managed = ['commit'];

const gits: Git[] = [{ name: nameOf(gitHere), directory: null, version: gitHere.trim() }];
if (existsSync(join(nextGit, 'git'))) {
  const version = run('/', join(nextGit, 'git'), ['--version']).stdout.trim();
  gits.push({ name: nameOf(version), directory: nextGit, version });
} else t.comment('SKIPPED a git with hooks by configuration: .ci/hook-tools unpacks one');
for (const { name } of managers.filter((manager) => !isHere(manager)))
  t.comment(`SKIPPED ${name}: it is not here`);

/** The version does not change what is seen; whether hooks by configuration are there does. */
function nameOf(version: string): string {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 2 || Number(minor) >= 54 ? 'git 2.54 or later' : 'git before 2.54';
}

const known: Matrix = JSON.parse(readFileSync(file, 'utf8'));
const seen: Matrix = {};

for (const git of gits)
  for (const manager of managers.filter(isHere))
    for (const layout of Object.keys(layouts)) {
      const isNewest = git === gits.at(-1);
      const isPlain = layout === 'plain';
      const isSample = manager.name === 'none' ? isNewest || isPlain : isNewest && isPlain;
      if (!every && !isSample) continue;
      const key = `${git.name} | ${manager.name} | ${layout}`;
      const all = Object.keys(operations);
      const names =
        every || update || (manager.name === 'none' && isPlain)
          ? all
          : manager.name === 'none'
            ? few
            : managed;
      t.test(key, async (t) => {
        const observed = await observe(sandbox(t).root, manager, git, layout, names);
        seen[key] = observed;
        if (update) writeFileSync(file, `${JSON.stringify({ ...known, ...seen }, null, 2)}\n`);
        else t.same(observed, Object.fromEntries(names.map((name) => [name, known[key]?.[name]])));
      });
    }

t.test('the page shows it', async (t) => {
  const matrix = update ? { ...known, ...seen } : known;
  const text = readFileSync(page, 'utf8');
  const wanted = text.replace(
    /(<!-- matrix -->\n)[\s\S]*(\n<!-- end of matrix -->)/,
    (_, open, close) => `${open}\n${table(matrix)}\n${close}`,
  );
  if (update) writeFileSync(page, wanted);
  else t.equal(text, wanted, 'REALM_UPDATE_MATRIX=1 rewrites it');
  t.comment(
    `${Object.keys(seen).length} of ${Object.keys(matrix).length} kinds of repository were tried here`,
  );
});
