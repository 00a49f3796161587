import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import t from 'tap';
import { refusalsOf } from '../../lib/governance/refusals.ts';
import { codeowners } from '../../lib/realm/codeowners.ts';
import { guardOf, peopleOf } from '../../lib/realm/guards.ts';
import { realmView } from '../helpers/values/realm-view.ts';

/** A realm of the fixtures, path to text. */
function fixture(name: string): Record<string, string> {
  const root = join(import.meta.dirname, '..', 'fixtures', name);
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [relative(root, path), readFileSync(path, 'utf8')]));
}

const files = {
  'realm.yaml': 'name: letemcook\nversion: 1.0.0\ngovernance:\n  approvers: [boss@example.com]\n',
  'README.md': '# ours\n',
  'trust/users.yaml': 'users: { eric: eric@example.com }\n',
  'repos/aperture.yaml':
    'name: aperture\nmaintainers: [eric@example.com, "@cultivarium/ops", Not An Address]\n',
  'repos/fungal-image-analysis.yaml': 'name: fungal-image-analysis\nmaintainers: [fun@example.com]\n',
  'repos/orphan.yaml': 'name: orphan\n',
  'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal-image-analysis]\n',
  'domains/s3/governance.yaml': 'admission: open\napprovers: [eric@example.com]\n',
  'domains/s3/contracts/paths.yaml': 'name: paths\nversion: 1.0.0\nowner: aperture\n',
  'domains/s3/contracts/jobs.yaml': 'name: jobs\nversion: 1.0.0\n',
  'domains/s3/contracts/nobodys.yaml': 'name: nobodys\nversion: 1.0.0\n',
  'domains/s3/bindings/aperture.yaml': 'repo: aperture\nrole: provider\n',
  'domains/s3/bindings/fungal.yaml': 'repo: fungal-image-analysis\nrole: both\nexports:\n- contract: jobs\n',
  'domains/s3/notes.md': 'x',
  'worktrees/feat-x.yaml': 'name: feat/x\n',
};
const model = realmView(files);

t.test('the table: who may change what', async (t) => {
  const who = Object.fromEntries(
    Object.keys(files).map((path) => [path, peopleOf(model, guardOf(model, path)).join(' ')]),
  );
  const aperture = '@cultivarium/ops Not An Address eric@example.com';
  t.strictSame(who, {
    'realm.yaml': 'boss@example.com',
    'README.md': 'boss@example.com',
    'trust/users.yaml': 'boss@example.com',
    'repos/aperture.yaml': aperture,
    'repos/fungal-image-analysis.yaml': 'fun@example.com',
    'repos/orphan.yaml': 'boss@example.com',
    'domains/s3/domain.yaml': `${aperture} fun@example.com`,
    'domains/s3/governance.yaml': 'boss@example.com',
    'domains/s3/contracts/paths.yaml': aperture,
    'domains/s3/contracts/jobs.yaml': 'fun@example.com',
    'domains/s3/contracts/nobodys.yaml': 'boss@example.com',
    'domains/s3/bindings/aperture.yaml': aperture,
    'domains/s3/bindings/fungal.yaml': 'fun@example.com',
    'domains/s3/notes.md': 'boss@example.com',
    'worktrees/feat-x.yaml': `${aperture} fun@example.com`,
  });
});

/** Who CODEOWNERS asks for a path: the last line that matches decides. */
function ownersIn(text: string) {
  const rules = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '));
  return (path: string): string[] =>
    rules
      .findLast(
        ([pattern = '']) =>
          pattern === '*' ||
          pattern === `/${path}` ||
          (pattern.endsWith('/') && `/${path}`.startsWith(pattern)),
      )
      ?.slice(1) ?? [];
}

/** The judge that a server asks: may this person touch the file, by the table alone? */
async function judged(realm: Record<string, string>, path: string, person: string): Promise<boolean> {
  const side = (text: string) => ({ mode: '100644', oid: text, size: text.length, text });
  const old = realm[path] ?? '';
  const touched = `${old}# touched\n`;
  const refused = await refusalsOf({
    before: realmView(realm),
    after: realmView({ ...realm, [path]: touched }),
    changes: [{ path, from: side(old), to: side(touched) }],
    actor: person,
    approved: null,
    withdrawn: null,
    proposal: false,
    now: 0,
    signers: '',
    loaded: async (file) => file,
    blob: async () => null,
    acknowledged: async () => new Set(),
    versions: async () => [],
  });
  return !refused.some((why) => /^only .* may change/.test(why));
}

t.test('table, CODEOWNERS and verify say the same of every path and everybody, both ways', async (t) => {
  const told: Record<string, string> = {
    ...fixture('design-realm'),
    'repos/fungal-image-analysis.yaml': 'name: fungal-image-analysis\nmaintainers: [fun@example.com]\n',
    'domains/s3-access/bindings/later.yaml': 'repo: later\nrole: consumer\n',
  };
  for (const [name, realm] of Object.entries({ files, told })) {
    const view = realmView(realm);
    const people = [
      ...new Set([
        ...peopleOf(view, { by: 'approvers' }),
        ...peopleOf(view, { by: 'anyone' }),
        ...Object.keys(realm).flatMap((path) => peopleOf(view, guardOf(view, path))),
        'stranger@example.com',
      ]),
    ].filter((person) => !person.includes(' '));
    t.ok(people.length > 2 && Object.keys(realm).length > 5, `${name}: there is something to compare`);
    const asked = ownersIn(codeowners(view));
    let allowed = 0;
    for (const path of Object.keys(realm)) {
      for (const person of people) {
        const may = peopleOf(view, guardOf(view, path)).includes(person);
        // One without maintainers is refused whoever touches it: it has to name one.
        const orphan = path === 'repos/orphan.yaml';
        const is = [asked(path).includes(person), orphan ? may : await judged(realm, path, person)];
        if (is.some((answer) => answer !== may)) t.fail(`${name}: ${person} ${path}`, { may, is });
        allowed += Number(may);
      }
    }
    t.ok(allowed > 0 && allowed < people.length * Object.keys(realm).length, `${name}: neither all nor none`);
    const lines = codeowners(view)
      .split('\n')
      .filter((line) => line.startsWith('/') && !/^\/\w+\/ /.test(line));
    t.strictSame(
      lines.map((line) => line.split(' ')[0]?.slice(1)).filter((path) => !Object.hasOwn(realm, path ?? '')),
      [],
      `${name}: no line speaks of a file that is not there`,
    );
  }
  t.equal(codeowners(model).split('\n')[1], '* boss@example.com');
});

t.test('odd paths and a realm without approvers leave no line that frees a path', async (t) => {
  const odd = realmView({
    ...files,
    'realm.yaml': 'name: a\nversion: 1.0.0\n',
    'domains/a b\n* evil@example.com/domain.yaml': 'name: a\nmembers: [aperture]\n',
  });
  for (const line of codeowners(odd).split('\n').filter(Boolean)) t.match(line, /^# |^\S+( [^\s@]*@\S+)+$/);
  t.notMatch(codeowners(odd), /evil/);
});

t.test('an address with characters that cannot be seen is nobody in the file of owners', async (t) => {
  const shown = (maintainer: string) =>
    codeowners(
      realmView({
        ...files,
        'repos/aperture.yaml': `name: aperture\nmaintainers: [eric@example.com, "${maintainer}"]\n`,
      }),
    );
  const plain = shown('eric@example.com');
  for (const hidden of ['\\u202E@moc.elpmaxe', 'fun\\u200B@example.com', 'fun@example.com\\u3164'])
    t.equal(shown(hidden), plain.replaceAll('eric@example.com eric@example.com', 'eric@example.com'), hidden);
});
