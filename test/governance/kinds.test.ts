import t from 'tap';
import { kindOf } from '../../lib/kinds/index.ts';
import { edited, type Files, judged } from '../helpers/values/judge.ts';

const path = 'domains/d/contracts/c.yaml';
const contractOf = (kind: string, version: string, value: string) =>
  `name: c\n${kind}version: "${version}"\nowner: a\nvalue: ${value}\n${version === '1.0.0' ? '' : `changelog:\n  - { version: "${version}" }\n`}`;

const realm: Files = {
  'realm.yaml': 'name: acme\nversion: "1.0.0"\ngovernance: { approvers: [boss@example.com] }\n',
  'repos/a.yaml': 'name: a\nmaintainers: [eric@example.com]\n',
  'domains/d/domain.yaml': 'name: d\nmembers: [a]\n',
  'domains/d/bindings/a.yaml': 'repo: a\nrole: provider\nexports:\n  - { contract: c }\n',
  [path]: contractOf('kind: env\n', '1.0.0', '[A]'),
};
const refusal = async (text: string, from = realm) =>
  (await judged(from, edited(from, { [path]: text }), 'eric')).join();

t.test(
  'a change of a contract of a kind that is not known here needs approval, whatever it is',
  async (t) => {
    for (const value of ['[A, B]', '[]', 'null', '{ a: 1 }'])
      t.match(
        await refusal(contractOf('kind: env\n', '2.0.0', value)),
        /1\.0\.0 → 2\.0\.0 is breaking and not approved: .*kind 'env'/,
        value,
      );
    t.match(await refusal(contractOf('kind: env\n', '1.1.0', '[A, B]')), /2\.0\.0/, 'and a major version');
    t.equal(await refusal(`${contractOf('kind: env\n', '1.0.0', '[A]')}description: what is set\n`), '');
  },
);

t.test('another kind needs approval, even where nothing else changes', async (t) => {
  const plain = edited(realm, { [path]: contractOf('', '1.0.0', '[A]') });
  const said = /its kind changed from (\w+) to (\w+)/;
  t.match(await refusal(contractOf('kind: value\n', '1.0.0', '[A]')), said);
  t.match(await refusal(contractOf('', '1.0.0', '[A]')), said);
  t.match(await refusal(contractOf('kind: env\n', '1.0.0', '[A]'), plain), said);
  t.equal(
    await refusal(contractOf('kind: value\n', '1.0.0', '[A]'), plain),
    '',
    'unless it only says what it is',
  );
});

t.test('the direction of such a kind stands in the contract', async (t) => {
  const said = (polarity: string) => kindOf({ kind: 'env', schema: { 'x-realm': { polarity } } });
  t.match(said('grant'), { name: 'env', direction: 'offers' });
  t.match(said('need'), { name: 'env', direction: 'needs' });
  t.match(kindOf({ kind: 'env', value: ['A'] }), { name: 'env', direction: 'agreed' });
});
