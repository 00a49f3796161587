import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { attacks } from '../helpers/attacks/catalogue.ts';
import { attackGroups } from '../helpers/attacks/forms/index.ts';

const at = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const page = readFileSync(at('docs/threat-model.md'), 'utf8');
const PEOPLE = '(?:boss|eric|fun|mole)';

t.test('the threat model names every attack, and no other', async (t) => {
  const rows = [...page.matchAll(new RegExp(`^\\| (\\w[^|]*) \\| ([^|]*) \\| (${PEOPLE}) \\|$`, 'gm'))];
  t.same(
    rows.map(([, name, , by]) => [name, by]),
    attacks.map(({ name, by }) => [name, by]),
  );
  t.ok(rows.every(([, , why]) => why !== ''));
});

t.test('the threat model lists every attack in many forms as the table in code has it', async (t) => {
  const rows = [...page.matchAll(new RegExp(`^\\| [^|]* \\| \\d+ \\| [^|]* \\| ${PEOPLE} \\|$`, 'gm'))];
  t.same(
    rows.map(([row]) => row),
    Object.values(attackGroups)
      .flat()
      .map(({ name, forms, because, by }) => `| ${name} | ${forms.length} | ${because} | ${by} |`),
  );
});

t.test('every claim of the threat model names a test that is there', async (t) => {
  const section = page.slice(page.indexOf('## Claims'), page.indexOf('## Attacks'));
  const claims = [...section.matchAll(/^\| (\w.*?) \| (.*) \|$/gm)].filter(([, claim]) => claim !== 'claim');
  t.ok(claims.length > 40, `${claims.length} claims`);
  for (const [, claim = '', shown = ''] of claims) {
    const tests = shown.split(/; (?=`test\/)/);
    for (const test of tests) {
      const [, file = '', title = ''] = /^`(test\/[\w./-]+\.test\.ts)`: (.+)$/.exec(test) ?? [];
      t.ok(file !== '' && existsSync(at(file)), `${claim}: ${test}`);
      if (file !== '' && existsSync(at(file)))
        t.ok(titlesOf(file).includes(title), `${file} has a test '${title}'`);
    }
  }
});

/** The titles of the tests in a file, as its text has them; a title that several share is called `name`, or follows `${name}: `. */
function titlesOf(file: string): string[] {
  const text = readFileSync(at(file), 'utf8');
  return [
    ...text.matchAll(
      /(?:\.test\(\s*|const name = )(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`\$\{name\}: ([^`\\]*)`)/g,
    ),
  ].map(([, single, double, shared]) => (single ?? double ?? shared ?? '').replaceAll(/\\(.)/g, '$1'));
}
