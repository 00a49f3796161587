import t from 'tap';
import { journalProblem } from '../../lib/change/sound.ts';
import type { ChangeVerb, JournalRecord, JournalStep } from '../../lib/change/types.ts';

const oid = 'a'.repeat(40);
const around = { publishing: () => 'main', pulls: (repo: string) => (repo === 'aperture' ? [7] : []) };

const journal = (verb: ChangeVerb, effect: object, more: object = {}, branch = 'feat/x'): JournalRecord => {
  const step = { id: 's', repo: 'aperture', effect, after: [], words: '', state: 'todo', result: null };
  const steps = [{ ...step, error: null, ...more } as unknown as JournalStep];
  const head = { format: 1 as const, id: 'abcd', at: '', by: 'eve@example.com', pid: 1, host: 'h' };
  return { ...head, verb, branch, args: {}, state: 'stopped', steps };
};

const push = { kind: 'push', branch: 'feat/x', oid, remoteBefore: null, notesBefore: null, lease: null };
const tracking = { kind: 'realm', op: { verb: 'change-status', branch: 'feat/x' }, undo: null };

t.test('what the commands plan is sound', async (t) => {
  t.equal(journalProblem(journal('push', push), around), null);
  t.equal(journalProblem(journal('pr-merge', tracking, { repo: null }), around), null);
  const merge = { kind: 'pull-merge', number: 7, head: 'feat/x', base: 'main', sha: oid };
  t.equal(journalProblem(journal('pr-merge', merge), around), null);
  const pull = { kind: 'pull', head: 'feat/x', base: 'main', title: '', body: null, draft: false };
  t.equal(journalProblem(journal('pr', pull), around), null);
});

t.test('what a stranger may try is not', async (t) => {
  const tries: [string, JournalRecord, RegExp][] = [
    [
      'rewind the branch that publishes',
      journal('push', { ...push, branch: 'main', remoteBefore: oid }, {}, 'main'),
      /the publishing branch of aperture/,
    ],
    ['another branch', journal('push', { ...push, branch: 'main' }), /another branch/],
    [
      'a refspec for an oid',
      journal('push', { ...push, remoteBefore: '+x:refs/heads/main' }),
      /instead of an object id/,
    ],
    [
      'an option for an oid',
      journal('worktree', { kind: 'worktree', branch: 'feat/x', base: '--force' }),
      /object id/,
    ],
    [
      'a name in a result',
      journal('push', push, { result: { notes: 'refs/heads/main' } }),
      /instead of an object id/,
    ],
    [
      'an option for a branch',
      journal('push', { ...push, branch: '-f' }, {}, '-f'),
      /does not name a branch/,
    ],
    [
      'another command',
      journal('push', { kind: 'worktree-remove', branch: 'feat/x', force: true }),
      /belong to 'push'/,
    ],
    ['no command', journal('rm' as ChangeVerb, push), /not name a command/],
    [
      'a right in the realm',
      journal(
        'pr-merge',
        { kind: 'realm', op: { verb: 'approve', branch: 'feat/x' }, undo: null },
        { repo: null },
      ),
      /changes more in the realm/,
    ],
    [
      'the same while taking back',
      journal('push', { ...tracking, undo: { verb: 'leave', branch: 'feat/x' } }, { repo: null }),
      /changes more in the realm/,
    ],
    ['a pull request of others', journal('pr-close', { kind: 'pull-close', number: 8 }), /aperture#8/],
    [
      'a pull request against another branch',
      journal('pr', { kind: 'pull', head: 'feat/x', base: 'release', title: '' }),
      /a branch other than the publishing branch/,
    ],
    ['no effect', journal('push', undefined as never), /belong/],
    ['no repo', journal('push', push, { repo: null }), /not name a repo/],
  ];
  for (const [name, record, problem] of tries) t.match(journalProblem(record, around), problem, name);
});
