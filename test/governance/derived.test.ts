import t from 'tap';
import { codeownersAfter, modelWith } from '../../lib/governance/derived.ts';
import { codeowners } from '../../lib/realm/codeowners.ts';
import { realmView } from '../helpers/values/realm-view.ts';
import { letemcook } from '../helpers/world/story.ts';

const files = {
  'realm.yaml': 'name: r\nversion: 1.0.0\ngovernance:\n  approvers: [boss@example.com]\n',
  'repos/a.yaml': 'name: a\nmaintainers: [a@example.com]\n',
  'domains/d/domain.yaml': 'name: d\nmembers: [a]\n',
  'domains/d/contracts/c.yaml': 'name: c\nversion: 1.0.0\nowner: a\n',
  'domains/d/bindings/a.yaml': 'repo: a\nrole: provider\n',
};
const model = realmView(files);

t.test('CODEOWNERS changes when, and only when, somebody owns something else', async (t) => {
  const now = codeowners(model);
  const after = (path: string, text: string | null) => codeownersAfter(model, new Map([[path, text]]), now);
  t.match(after('repos/b.yaml', 'name: b\nmaintainers: [b@example.com]\n'), '/repos/b.yaml b@example.com');
  t.match(
    after('repos/a.yaml', 'name: a\nmaintainers: [new@example.com]\n'),
    '/domains/d/contracts/c.yaml new@',
  );
  t.notMatch(after('domains/d/contracts/c.yaml', null), 'contracts');
  t.equal(after('domains/d/contracts/c.yaml', 'name: c\nversion: 2.0.0\nowner: a\n'), undefined);
  t.equal(after('domains/d/bindings/a.yaml', 'repo: a\nrole: both\n'), undefined);
  t.equal(after('worktrees/x.yaml', 'name: x\n'), undefined);
});

t.test('a CODEOWNERS that a person wrote is left alone', async (t) => {
  const change = new Map([['repos/b.yaml', 'name: b\nmaintainers: [b@example.com]\n']]);
  t.equal(codeownersAfter(model, change, '* @us\n'), undefined);
  t.type(codeownersAfter(model, change, undefined), 'string');
});

t.test('the model of what will be shows new, changed and removed files', async (t) => {
  const after = modelWith(
    model,
    new Map([
      ['repos/a.yaml', null],
      ['repos/b.yaml', 'name: b\n'],
    ]),
  );
  t.same(after.repoNames(), ['b']);
  t.equal(after.repo('a'), undefined);
  t.equal(after.contract('d', 'c')?.owner, 'a');
});

t.test('every operation of the story keeps CODEOWNERS current', async (t) => {
  const { realm } = await letemcook(t);
  const text = await realm.git('show', 'main:.github/CODEOWNERS');
  const paths = (await realm.git('ls-tree', '-r', '--name-only', 'main', 'repos', 'domains')).split('\n');
  for (const path of paths) t.match(text, `\n/${path} eric@example.com`, path);
  for (const commit of (await realm.git('rev-list', 'main')).split('\n')) {
    const tree = (await realm.git('ls-tree', '-r', '--name-only', commit)).split('\n');
    const at = await realm.git('show', `${commit}:.github/CODEOWNERS`);
    const owned = tree.filter((path) => /^(repos|domains)\//.test(path));
    t.strictSame(
      at.match(/^\/(repos|domains)\/\S+/gm) ?? [],
      owned.map((path) => `/${path}`).sort((a, b) => order(at, a, b)),
      commit,
    );
  }
});

const order = (text: string, a: string, b: string): number => text.indexOf(`${a} `) - text.indexOf(`${b} `);
