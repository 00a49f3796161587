import t from 'tap';
import { codeowners } from '../../lib/governance/codeowners.ts';
import { guardOf, peopleOf } from '../../lib/governance/guards.ts';
import { realmView } from '../helpers/realm-view.ts';

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

t.test('CODEOWNERS says the same, path by path', async (t) => {
  const text = codeowners(model);
  const rules = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '));
  for (const path of Object.keys(files)) {
    const rule = rules.findLast(
      ([pattern = '']) =>
        pattern === '*' ||
        pattern === `/${path}` ||
        (pattern.endsWith('/') && `/${path}`.startsWith(pattern)),
    );
    const people = peopleOf(model, guardOf(model, path)).filter((person) => person !== 'Not An Address');
    t.strictSame(rule?.slice(1), people, path);
  }
  t.equal(text.split('\n')[1], '* boss@example.com');
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
