import { readFileSync } from 'node:fs';
import t from 'tap';
import { everyAttack, ownWork } from '../helpers/attack-runs.ts';
import { attacks } from '../helpers/attacks.ts';

const served = { by: 'http', signed: false } as const;

t.test('over http with logins each organisation does its own work', (t) => ownWork(t, served));

t.test('over http each attack by plain git is refused, and no ref of the server moves', (t) =>
  everyAttack(t, served),
);

t.test('the threat model names every attack, and no other', async (t) => {
  const text = readFileSync(new URL('../../docs/threat-model.md', import.meta.url), 'utf8');
  const named = [...text.matchAll(/^\| (\w.*?) \|.*\| (?:boss|eric|fun|mole) \|$/gm)].map(
    (match) => match[1],
  );
  t.same(
    named,
    attacks.map(({ name }) => name),
  );
});
