import { approveBy, breaking, files, land, mustPass, noted, record } from './steps.ts';
import { type Actor, contract, type Person, slow } from './world.ts';

/** A push that must be refused. */
export interface Attack {
  name: string;
  by: Person;
  why: RegExp;
  /** It is refused for what it is, whoever brings it: enough to try it on one server. */
  whoever?: true;
  /** What is said where a key proves who acts, if that is another thing. */
  signedWhy?: RegExp;
  /** What is allowed, and done before. */
  prepare?(act: (who: Person) => Actor): Promise<void>;
  act(me: Actor): Promise<void> | void;
  /** What is pushed; default: a commit of what `act` left, to main. */
  push?: string[];
  /** `act` commits by itself. */
  own?: boolean;
}

/** What is tried, one row for each: who sends what, and what must be said. docs/threat-model.md lists them by the same names. */
export const attacks: Attack[] = [
  {
    name: 'change the contract of another repo',
    by: 'mole',
    why: /only maintainers of aperture/,
    act: files({
      'domains/s3/contracts/paths.yaml': contract(
        '1.1.0',
        '"jobs/*", "runs/*", "x"',
        '  - { version: "1.1.0" }\n',
      ),
    }),
  },
  {
    name: 'change a contract that one only imports',
    by: 'fun',
    why: /only maintainers of aperture/,
    act: files({ 'domains/s3/contracts/paths.yaml': (text) => `description: mine\n${text}` }),
  },
  {
    name: 'delete the contract of another repo',
    by: 'fun',
    why: /only maintainers of aperture/,
    act: files({ 'domains/s3/contracts/paths.yaml': null }),
  },
  {
    name: 'write the binding of another repo',
    by: 'eric',
    why: /only maintainers of fungal/,
    act: files({ 'domains/s3/bindings/fungal.yaml': (text) => text.replace('>=1.0.0', '*') }),
  },
  {
    name: 'write a second binding in the name of another repo',
    whoever: true,
    by: 'eric',
    why: /only maintainers of fungal/,
    act: files({
      'domains/s3/bindings/shadow.yaml':
        'repo: fungal\nrole: consumer\nimports:\n- contract: paths\n  version: "*"\n',
    }),
  },
  {
    name: 'take over the binding of another repo',
    whoever: true,
    by: 'eric',
    why: /only maintainers of fungal/,
    act: files({ 'domains/s3/bindings/fungal.yaml': 'repo: aperture\nrole: consumer\n' }),
  },
  {
    name: 'export the contract of another repo',
    whoever: true,
    by: 'fun',
    why: /belongs to aperture/,
    act: files({
      'domains/s3/bindings/fungal.yaml': 'repo: fungal\nrole: both\nexports:\n- contract: paths\n',
    }),
  },
  {
    name: 'make oneself a maintainer of another repo',
    by: 'mole',
    why: /only maintainers of aperture/,
    act: files({
      'repos/aperture.yaml': 'name: aperture\nmaintainers: [eric@example.com, mole@example.com]\n',
    }),
  },
  {
    name: 'remove the registration of another repo',
    by: 'mole',
    why: /only maintainers of fungal/,
    act: files({ 'repos/fungal.yaml': null }),
  },
  {
    name: 'make oneself an approver',
    by: 'eric',
    why: /only the realm's approvers/,
    act: files({ 'realm.yaml': (text) => text.replace('[boss@', '[eric@example.com, boss@') }),
  },
  {
    name: 'loosen the rules by which one is judged, and use them in the next commit',
    by: 'eric',
    why: /only the realm's approvers/,
    own: true,
    act: async (me) => {
      files({
        'realm.yaml': (text) =>
          text.replace('governance:', 'governance:\n  breaking_changes: { require_approval: false }'),
      })(me);
      await me.commit('rules');
      files({
        'domains/s3/contracts/paths.yaml': contract('2.0.0', '"jobs/*"', '  - { version: "2.0.0" }\n'),
      })(me);
      await me.commit('break');
    },
  },
  {
    name: 'loosen the rules of one domain',
    whoever: true,
    by: 'eric',
    why: /only the realm's approvers/,
    act: files({ 'domains/s3/governance.yaml': 'approvers: [eric@example.com]\n' }),
  },
  {
    name: 'map a user to the address of another',
    by: 'mole',
    why: /only the realm's approvers/,
    act: files({ 'trust/users.yaml': 'users: { mole: eric@example.com }\n' }),
  },
  {
    name: "allow a key of one's own",
    by: 'mole',
    why: /only the realm's approvers/,
    act: files({
      'trust/allowed_signers':
        'eric@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n',
    }),
  },
  {
    name: 'register a repo without admission',
    whoever: true,
    by: 'mole',
    why: /not admitted/,
    act: files({ 'repos/worm.yaml': 'name: worm\nmaintainers: [mole@example.com]\n' }),
  },
  {
    name: 'add oneself to a domain',
    whoever: true,
    by: 'mole',
    why: /only maintainers of aperture, fungal/,
    act: files({
      'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal, mole]\n',
      'domains/s3/bindings/mole.yaml': 'repo: mole\nrole: consumer\n',
    }),
  },
  {
    name: 'remove a member that has imports from a domain',
    whoever: true,
    by: 'eric',
    why: /'fungal' still has|maintainers of fungal/,
    act: files({ 'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture]\n' }),
  },
  {
    name: 'delete a domain that has members',
    whoever: true,
    by: 'eric',
    why: /'fungal' still has/,
    act: files({ 'domains/s3/domain.yaml': null }),
  },
  {
    name: 'publish a breaking change unapproved',
    by: 'eric',
    why: /breaking and not approved: .*runs/,
    act: files({
      'domains/s3/contracts/paths.yaml': contract('2.0.0', '"jobs/*"', '  - { version: "2.0.0" }\n'),
    }),
  },
  {
    name: 'call a breaking change compatible',
    whoever: true,
    by: 'eric',
    why: /1\.0\.0 → 1\.1\.0/,
    act: files({
      'domains/s3/contracts/paths.yaml': contract('1.1.0', '"jobs/*"', '  - { version: "1.1.0" }\n'),
    }),
  },
  {
    name: 'change a value under the same version',
    whoever: true,
    by: 'eric',
    why: /1\.0\.0 → 1\.0\.0/,
    act: files({ 'domains/s3/contracts/paths.yaml': contract('1.0.0', '"jobs/*", "runs/*", "more/*"') }),
  },
  {
    name: 'let a version go backwards',
    whoever: true,
    by: 'eric',
    why: /1\.0\.0 → 0\.9\.0/,
    act: files({
      'domains/s3/contracts/paths.yaml': (text) => text.replace('version: "1.0.0"', 'version: "0.9.0"'),
    }),
  },
  {
    name: 'rewrite the changelog',
    whoever: true,
    by: 'eric',
    why: /rewrites its changelog/,
    act: files({
      'domains/s3/contracts/paths.yaml': (text) => text.replace('Started', 'Nothing ever happened'),
    }),
  },
  {
    name: 'withdraw a promise of compatibility',
    whoever: true,
    by: 'eric',
    why: /no longer promises 'backwards'/,
    act: files({
      'domains/s3/contracts/paths.yaml': (text) => `${text}compatibility: { backwards: false }\n`,
    }),
  },
  {
    name: 'end a grace period that others still need',
    by: 'eric',
    why: /before its grace period is over: not acknowledged by fungal/,
    act: files({ 'domains/s3/contracts/slow.yaml': (text) => text.replace('2099-', '2026-') }),
  },
  {
    name: 'drop the date of a breaking version by publishing a newer one',
    whoever: true,
    by: 'eric',
    why: /rewrites its changelog/,
    act: files({ 'domains/s3/contracts/slow.yaml': slow('2.1.0') }),
  },
  {
    name: 'undo what an approver let in',
    by: 'mole',
    why: /only maintainers of aperture/,
    own: true,
    act: async (me) => {
      files({ 'domains/s3/contracts/slow.yaml': (text) => text.replaceAll('2.0.0', '1.0.0') })(me);
      await me.commit('unland\n\nRealm-Op: {"verb":"unland","proposal":"none","by":"mole@example.com"}');
    },
  },
  {
    name: 'give a contract to somebody who did not accept it',
    whoever: true,
    by: 'eric',
    why: /did not accept/,
    act: files({
      'domains/s3/contracts/paths.yaml': (text) => text.replace('owner: aperture', 'owner: fungal'),
    }),
  },
  {
    name: 'publish in the name of another repo',
    whoever: true,
    by: 'fun',
    why: /only maintainers of aperture may publish/,
    act: files({ 'domains/s3/contracts/fake.yaml': 'name: fake\nversion: "1.0.0"\nowner: aperture\n' }),
  },
  {
    name: 'forge the author line',
    by: 'mole',
    why: /author is 'eric@example\.com'/,
    signedWhy: /signed by a key of 'mole@example\.com', not of 'eric@example\.com'/,
    own: true,
    act: async (me) => {
      files({
        'domains/s3/contracts/paths.yaml': contract(
          '1.1.0',
          '"jobs/*", "runs/*", "x"',
          '  - { version: "1.1.0" }\n',
        ),
      })(me);
      await me.commit('by eric', {
        GIT_AUTHOR_EMAIL: 'eric@example.com',
        GIT_COMMITTER_EMAIL: 'eric@example.com',
      });
    },
  },
  {
    name: 'forge the committer line',
    by: 'mole',
    why: /its committer is/,
    signedWhy: /signed by a key of 'mole@example\.com', not of 'eric@example\.com'/,
    own: true,
    act: (me) => me.commit('x', { GIT_COMMITTER_EMAIL: 'eric@example.com' }),
  },
  {
    name: "forge the operation's author",
    by: 'mole',
    why: /author of its operation is 'eric/,
    own: true,
    act: (me) => me.commit('x\n\nRealm-Op: {"verb":"publish","by":"eric@example.com"}'),
  },
  {
    name: 'claim an approval that was never given',
    by: 'eric',
    why: /breaking and not approved/,
    own: true,
    act: async (me) => {
      files({
        'domains/s3/contracts/paths.yaml': contract('2.0.0', '"jobs/*"', '  - { version: "2.0.0" }\n'),
      })(me);
      await me.commit('land\n\nRealm-Op: {"verb":"land","proposal":"none","by":"eric@example.com"}');
    },
  },
  {
    name: 'smuggle a change in a merge',
    by: 'eric',
    why: /merge commits are not allowed/,
    own: true,
    act: async (me) => {
      await me.git('checkout', '-q', '-b', 'side');
      files({ 'worktrees/a.yaml': 'name: a\n' })(me);
      await me.commit('side');
      await me.git('checkout', '-q', 'main');
      files({ 'worktrees/b.yaml': 'name: b\n' })(me);
      await me.commit('main');
      await me.git('merge', '-q', '--no-ff', '--no-edit', 'side');
      await me.git('branch', '-qD', 'side');
    },
  },
  {
    name: 'rewrite published history',
    by: 'boss',
    why: /history may not be rewritten/,
    own: true,
    push: ['+main:main'],
    act: async (me) => {
      await me.git('checkout', '-q', '--orphan', 'other');
      await me.commit('anew');
      await me.git('branch', '-qM', 'main');
    },
  },
  {
    name: 'delete the main branch',
    by: 'boss',
    why: /may not be deleted|deletion of the current branch/,
    own: true,
    act: () => {},
    push: [':main'],
  },
  {
    name: 'push another branch',
    whoever: true,
    by: 'eric',
    why: /only the main branch/,
    act: files({ 'worktrees/a.yaml': 'name: a\n' }),
    push: ['main:refs/heads/mine'],
  },
  {
    name: 'push a tag',
    whoever: true,
    by: 'eric',
    why: /only the main branch/,
    act: files({ 'worktrees/a.yaml': 'name: a\n' }),
    push: ['main:refs/tags/v1'],
  },
  {
    name: 'replace an object',
    whoever: true,
    by: 'eric',
    why: /only the main branch/,
    act: files({ 'worktrees/a.yaml': 'name: a\n' }),
    push: ['main:refs/replace/1111111111111111111111111111111111111111'],
  },
  {
    name: 'write a file that is not valid',
    whoever: true,
    by: 'eric',
    why: /'repos\/aperture\.yaml' is not valid: line/,
    act: files({ 'repos/aperture.yaml': 'name: aperture\nmaintainers: eric\n' }),
  },
  {
    name: 'give a file another name than it says',
    whoever: true,
    by: 'eric',
    why: /has a different name in it:/,
    act: files({ 'repos/aperture.yaml': 'name: fungal\nmaintainers: [eric@example.com]\n' }),
  },
  {
    name: 'put a link where a file belongs',
    whoever: true,
    by: 'eric',
    why: /not a plain file/,
    act: (me) => {
      me.remove('repos/aperture.yaml');
      me.link('repos/aperture.yaml', '/etc/passwd');
    },
  },
  {
    name: 'lie in CODEOWNERS',
    whoever: true,
    by: 'eric',
    why: /only the realm's approvers/,
    act: files({ '.github/CODEOWNERS': '# Generated by git realm from nothing\n* eric@example.com\n' }),
  },
  {
    name: 'leave the realm without an approver',
    by: 'boss',
    why: /no approvers left/,
    act: files({ 'realm.yaml': (text) => text.replace('[boss@example.com]', '[]') }),
  },
  {
    name: 'date a commit in the future',
    whoever: true,
    by: 'eric',
    why: /in the future/,
    own: true,
    act: (me) => me.commit('x', { GIT_COMMITTER_DATE: '@4102444800 +0000' }),
  },
  {
    name: 'propose what one may not change',
    by: 'mole',
    why: /only maintainers of aperture/,
    own: true,
    act: (me) => breaking(me, '"jobs/*"', 'mine'),
    push: ['main:refs/realm/proposals/mine'],
  },
  {
    name: 'write a record in the name of an approver',
    by: 'mole',
    why: /the author of a record is 'boss/,
    own: true,
    push: ['refs/notes/realm'],
    act: async (me) => {
      await me.note('origin/main', `${record('boss')}\n`);
    },
  },
  {
    name: 'acknowledge for another repo',
    whoever: true,
    by: 'mole',
    why: /only maintainers of fungal may acknowledge/,
    own: true,
    push: ['refs/notes/realm'],
    act: (me) => {
      const more = { kind: 'acknowledgement', repo: 'fungal', contract: 's3/slow', version: '2.0.0' };
      return me.note('origin/main^{tree}', `${record('mole', undefined, more)}\n`);
    },
  },
  {
    name: 'take a record out of a note',
    by: 'mole',
    why: /records can only be added/,
    prepare: noted,
    own: true,
    push: ['refs/notes/realm'],
    act: (me) => me.note('origin/main', `${record('mole')}\n`),
  },
  {
    name: 'rewrite the notes',
    by: 'mole',
    why: /history may not be rewritten/,
    prepare: noted,
    own: true,
    push: ['+refs/notes/realm'],
    act: async (me) => {
      await me.git('update-ref', '-d', 'refs/notes/realm');
      await me.note('origin/main', `${record('mole')}\n`);
    },
  },
  {
    name: 'delete the notes',
    by: 'mole',
    why: /may not be deleted/,
    prepare: noted,
    own: true,
    push: [':refs/notes/realm'],
    act: () => {},
  },
  {
    name: 'write something that is not a record into a note',
    whoever: true,
    by: 'mole',
    why: /not a record with an author/,
    own: true,
    push: ['refs/notes/realm'],
    act: (me) => me.note('main~0^{tree}', 'hello\n'),
  },
  {
    name: 'put a file among the notes',
    whoever: true,
    by: 'mole',
    why: /is not a note/,
    own: true,
    push: ['+main:refs/notes/realm'],
    act: async (me) => {
      const parent = (await me.line('for-each-ref', '--format=%(objectname)', 'refs/notes/realm')) || null;
      const tree = await me.line('rev-parse', 'origin/main:repos');
      const made = await me.commitTree(tree, 'note', ...(parent === null ? [] : [parent]));
      await me.git('update-ref', 'refs/heads/main', made);
    },
  },
  {
    name: 'backdate a record',
    by: 'boss',
    why: /check the clock/,
    own: true,
    push: ['refs/notes/realm'],
    act: (me) => me.note('origin/main^{tree}', `${record('boss', '2020-01-01T00:00:00Z')}\n`),
  },
  {
    name: 'smuggle a change in an octopus merge',
    whoever: true,
    by: 'eric',
    why: /merge commits are not allowed/,
    own: true,
    act: async (me) => {
      const tree = await me.line('rev-parse', 'origin/main^{tree}');
      const side = [
        await me.commitTree(tree, 'a', 'origin/main'),
        await me.commitTree(tree, 'b', 'origin/main'),
      ];
      await me.git(
        'update-ref',
        'refs/heads/main',
        await me.commitTree(tree, 'octopus', 'origin/main', ...side),
      );
    },
  },
  {
    name: 'hide a tree behind another in one commit',
    whoever: true,
    by: 'mole',
    why: /it has a second 'tree' line/,
    own: true,
    act: async (me) => {
      const [good, evil] = [
        await me.line('rev-parse', 'origin/main^{tree}'),
        await me.line('rev-parse', 'origin/main:repos'),
      ];
      const who = 'mole <mole@example.com> 1767300000 +0000';
      const text = `tree ${good}\nparent ${await me.line('rev-parse', 'origin/main')}\nauthor ${who}\ncommitter ${who}\ntree ${evil}\n\nx\n`;
      await me.git('update-ref', 'refs/heads/main', await me.object('commit', text));
    },
  },
  {
    name: 'list a file twice in one tree',
    whoever: true,
    by: 'mole',
    why: /two entries of the same name/,
    own: true,
    act: async (me) => {
      const tree = await me.bytesOf('origin/main:repos');
      const twice = await me.object('tree', Buffer.concat([tree, tree.subarray(0, tree.indexOf(0) + 21)]));
      const top = (await me.git('ls-tree', 'origin/main')).stdout;
      const entries = top.replace(/^(040000 tree )[0-9a-f]+(\trepos)$/m, `$1${twice}$2`);
      const whole = await me.pipe(['mktree', '--missing'], entries);
      await me.git('update-ref', 'refs/heads/main', await me.commitTree(whole, 'twice', 'origin/main'));
    },
  },
  {
    name: 'put a submodule where a file belongs',
    whoever: true,
    by: 'fun',
    why: /not a plain file/,
    own: true,
    act: (me) => me.graft('worktrees', `160000 commit ${'1'.repeat(40)}\tsub.yaml`),
  },
  {
    name: 'make a file a program',
    whoever: true,
    by: 'eric',
    why: /not a plain file/,
    own: true,
    act: async (me) => {
      await me.git('update-index', '--chmod=+x', 'repos/aperture.yaml');
      await me.git('commit', '-q', '-m', 'program');
    },
  },
  {
    name: 'name a file like another except for case',
    whoever: true,
    by: 'mole',
    why: /differs from 'repos\/aperture\.yaml' only in case/,
    act: files({ 'repos/APERTURE.yaml': 'name: APERTURE\nmaintainers: [mole@example.com]\n' }),
  },
  {
    name: 'name a folder like another except for case',
    whoever: true,
    by: 'eric',
    why: /differs from 'domains' only in case/,
    act: files({ 'Domains/s3/domain.yaml': 'name: s3\nmembers: [aperture]\n' }),
  },
  {
    name: 'name a file like another except for its Unicode form',
    whoever: true,
    by: 'fun',
    why: /composed form/,
    act: files({ 'worktrees/fe\u0301.yaml': 'name: fe\n' }),
  },
  {
    name: 'hide a character in a name',
    whoever: true,
    by: 'fun',
    why: /invisible character/,
    act: files({ 'worktrees/a\u200b.yaml': 'name: a\n' }),
  },
  {
    name: "bring a folder of git's own",
    whoever: true,
    by: 'fun',
    why: /is reserved for git/,
    own: true,
    act: async (me) => {
      const blob = await me.object('blob', 'name: a\n');
      await me.graft('worktrees/.GIT', `100644 blob ${blob}\tconfig`);
    },
  },
  {
    name: 'push a file that is too large',
    whoever: true,
    by: 'fun',
    why: /has \d+ bytes/,
    act: files({ 'worktrees/big.yaml': `name: big\n# ${'x'.repeat(1 << 20)}\n` }),
  },
  {
    name: 'close a dependency cycle',
    whoever: true,
    by: 'eric',
    why: /close a dependency cycle: .*fungal/,
    act: files({
      'domains/back/bindings/aperture.yaml':
        'repo: aperture\nrole: consumer\nimports:\n- contract: jobs\n  version: "*"\n',
    }),
  },
  {
    name: 'remove a contract and publish it again',
    whoever: true,
    by: 'eric',
    why: /cannot be removed: fungal imports it/,
    own: true,
    act: async (me) => {
      const [binding, path] = ['domains/s3/bindings/aperture.yaml', 'domains/s3/contracts/paths.yaml'];
      const exported = me.read(binding);
      files({ [binding]: null, [path]: null })(me);
      await me.commit('leave');
      files({ [binding]: exported, [path]: contract('1.0.0', '"jobs/*"') })(me);
      await me.commit('and come back');
    },
  },
  {
    name: "put something other than a journal into an operation's ref",
    whoever: true,
    by: 'eric',
    why: /must contain a journal/,
    own: true,
    push: ['main:refs/realm/ops/abcd'],
    act: async (me) => {
      const made = await me.commitTree(await me.line('rev-parse', 'origin/main^{tree}'), 'op');
      await me.git('update-ref', 'refs/heads/main', made);
    },
  },
  {
    name: 'write the journal of an operation under the name of another',
    whoever: true,
    by: 'eric',
    why: /its journal belongs to operation 'ffff'/,
    own: true,
    push: ['main:refs/realm/ops/abcd'],
    act: async (me) => {
      const blob = await me.object('blob', '{ "id": "ffff" }');
      const tree = await me.pipe(['mktree'], `100644 blob ${blob}\tjournal.json\n`);
      await me.git('update-ref', 'refs/heads/main', await me.commitTree(tree, 'op'));
    },
  },
  {
    name: 'put a proposal on the main branch as it is',
    by: 'eric',
    why: /this is a proposal/,
    own: true,
    act: async (me) => {
      files({ 'repos/aperture.yaml': (text) => `${text}org: x\n` })(me);
      await me.commit('proposal: x');
    },
  },
  {
    name: 'bring an older proposal back',
    by: 'eric',
    why: /an older proposal may not replace/,
    prepare: async (act) => {
      const eric = act('eric');
      await eric.fresh();
      await breaking(eric, '"jobs/*"');
      await eric.git('branch', '-f', 'older');
      mustPass(await eric.push('+main:refs/realm/proposals/p1'));
      await eric.fresh();
      await breaking(eric, '"jobs/a/*"');
      mustPass(await eric.push('+main:refs/realm/proposals/p1'));
    },
    own: true,
    push: ['+older:refs/realm/proposals/p1'],
    act: () => {},
  },
  {
    name: 'bring the proposal of another back under another name',
    by: 'mole',
    why: /author is 'eric@example\.com', but it was pushed by 'mole@example\.com'/,
    signedWhy: /it was created as proposal 'p1'/,
    own: true,
    push: ['refs/realm/proposals/p1:refs/realm/proposals/p2'],
    act: () => {},
  },
  {
    name: 'delete a proposal',
    by: 'boss',
    why: /may not be deleted/,
    own: true,
    push: [':refs/realm/proposals/p1'],
    act: () => {},
  },
  {
    name: 'require signatures that nobody can give',
    by: 'boss',
    why: /no approver would have a trusted key/,
    act: (me) => {
      const rules = me.read('realm.yaml');
      const asks = 'trust: { require_signed_commits: true }\n';
      me.write({
        'realm.yaml': rules.includes(asks) ? `${rules}# \n` : `${rules}${asks}`,
        'trust/allowed_signers': '# nobody\n',
      });
    },
  },
  {
    name: 'write an allowed-signers file that does not parse',
    whoever: true,
    by: 'boss',
    why: /'trust\/allowed_signers' line 2 has no ssh-ed25519 key/,
    act: files({ 'trust/allowed_signers': '# people\nboss@example.com ssh-ed25519 AAAA\n' }),
  },
  {
    name: 'let a breaking change take effect at once',
    by: 'eric',
    why: /takes effect before its grace period of 14 days is over/,
    prepare: async (act) => {
      const eric = act('eric');
      await eric.fresh();
      await breaking(eric, '"jobs/*"', 'soon');
      mustPass(await eric.push('+main:refs/realm/proposals/soon'));
      await approveBy(act('boss'), 'soon');
    },
    own: true,
    act: (me) => land(me, 'soon'),
  },
  {
    name: 'let the approver of one domain approve for another',
    by: 'eric',
    why: /breaking and not approved/,
    signedWhy: /breaking and not approved/,
    prepare: async (act) => {
      const eric = act('eric');
      await eric.fresh();
      files({ 'domains/back/bindings/aperture.yaml': (text) => `${text}# mine\n` })(eric);
      await breaking(eric, '"jobs/*"', 'mixed');
      mustPass(await eric.push('+main:refs/realm/proposals/mixed'));
      await approveBy(act('mole'), 'mixed');
    },
    own: true,
    act: (me) => land(me, 'mixed'),
  },
  {
    name: 'land what was rejected',
    by: 'eric',
    why: /breaking and not approved/,
    prepare: async (act) => {
      const eric = act('eric');
      await eric.fresh();
      await breaking(eric, '"runs/*"', 'no');
      mustPass(await eric.push('+main:refs/realm/proposals/no'));
      await approveBy(act('boss'), 'no');
      const boss = act('boss');
      await boss.fresh();
      const note = (await boss.git('notes', '--ref=realm', 'show', 'refs/realm/proposals/no')).stdout;
      await boss.note(
        'refs/realm/proposals/no',
        `${note}${await boss.signedRecord('refs/realm/proposals/no', record('boss', undefined, { kind: 'rejection' }))}\n`,
      );
      mustPass(await boss.push('refs/notes/realm'));
    },
    own: true,
    act: (me) => land(me, 'no'),
  },
];
