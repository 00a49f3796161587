import t from 'tap';
import { domainPath, kindOf, paths } from '../../lib/realm/kinds.ts';

t.test('a path says which format its file has', async (t) => {
  for (const [path, kind] of [
    [paths.realm, 'realm'],
    [paths.users, 'users'],
    [paths.repo('aperture'), 'repo'],
    [paths.repo('cultivarium/aperture'), 'repo'],
    [paths.domain('s3-access'), 'domain'],
    [paths.governance('s3-access'), 'governance'],
    [paths.contract('s3-access', 's3-permissions'), 'contract'],
    [paths.binding('s3-access', 'aperture'), 'binding'],
    [paths.binding('s3-access', 'cultivarium/aperture'), 'binding'],
    [paths.worktree('feat/x'), 'worktree'],
    [paths.issue('aperture', 12), 'issue'],
    [paths.pull('cultivarium/aperture', 3), 'pull'],
  ] as const)
    t.equal(kindOf(path), kind, path);
});

t.test('other files of a realm have none', async (t) => {
  for (const path of [
    ...[
      'README.md',
      'repos/README.md',
      'repos/a/b/c.yaml',
      'domains/x.yaml',
      'domains/a/notes.yaml',
      'domains/a/contracts/b/c.yaml',
    ],
    ...[
      'domains/a/contracts.yaml',
      'domains/a/bindings/x/y/z.yaml',
      'worktrees/a/b.yaml',
      paths.allowedSigners,
      paths.codeowners,
    ],
    ...[
      'forge/a/issues/x.yaml',
      'forge/a/issues/01.yaml',
      'forge/issues/1.yaml',
      'forge/a/b/c/issues/1.yaml',
      'sub/realm.yaml',
      'repos//a.yaml',
    ],
  ])
    t.equal(kindOf(path), undefined, path);
});

t.test('a change set has a file name without slashes', async (t) => {
  t.equal(paths.worktree('feat/a/b', '-2'), 'worktrees/feat-a-b-2.yaml');
  t.strictSame(domainPath('domains/d/bindings/org/repo.yaml'), { domain: 'd', stem: 'org/repo' });
  t.equal(domainPath('domains/d/domain.yaml'), undefined);
});
