import { mustPass, record } from '../steps.ts';
import type { Actor, Person } from '../world.ts';
import { type AttackGroup, type Form, moveMain } from './group.ts';

const OBJECT = 'a'.repeat(40);
const now = (): string => new Date().toISOString();
const said = (more: object): string =>
  `${JSON.stringify({ kind: 'x', by: 'mole@example.com', at: now(), ...more })}\n`;

/** A child of the notes as they are, with one more entry as `git ls-tree` writes it. */
const entry = (form: string, why: RegExp, make: (record: string) => string): Form => ({
  form,
  why,
  own: true,
  push: ['main:refs/notes/realm'],
  async act(me) {
    const tip = await me.line('rev-parse', 'refs/notes/realm');
    const line = make(await me.object('blob', said({})));
    const there = (await me.git('ls-tree', tip)).stdout;
    const tree = await me.pipe(['mktree', '--missing'], `${there}${line}\n`);
    await moveMain(me, await me.commitTree(tree, 'note', tip));
  },
});

/** A new note of this text. */
const note = (form: string, why: RegExp, text: () => string): Form => ({
  form,
  why,
  own: true,
  push: ['refs/notes/realm'],
  act: (me) => me.note('origin/main^{tree}', text()),
});

const NO_NOTE = /is not a note/;
const CLOCK = /check the clock/;

/** There are notes: a record of the approver. */
async function noted(act: (who: Person) => Actor): Promise<void> {
  const boss = act('boss');
  await boss.fresh();
  await boss.note('origin/main', `${record('boss')}\n`);
  mustPass(await boss.push('refs/notes/realm'));
}

export const notes: AttackGroup[] = [
  {
    name: 'put something other than a note among the notes',
    by: 'mole',
    because: 'a note is a plain file named after an object',
    prepare: noted,
    forms: [
      entry('a link', NO_NOTE, (oid) => `120000 blob ${oid}\t${OBJECT}`),
      entry('a program', NO_NOTE, (oid) => `100755 blob ${oid}\t${OBJECT}`),
      entry('a submodule', NO_NOTE, () => `160000 commit ${'1'.repeat(40)}\t${OBJECT}`),
      entry('a name in capitals', NO_NOTE, (oid) => `100644 blob ${oid}\t${OBJECT.toUpperCase()}`),
      entry('a name that is too short', NO_NOTE, (oid) => `100644 blob ${oid}\t${OBJECT.slice(1)}`),
    ],
  },
  {
    name: 'write a record that readers could understand in two ways',
    by: 'mole',
    because: 'a record is one line with one author and one date',
    forms: [
      note('by a list of people', /not a record with an author/, () => said({ by: ['boss@example.com'] })),
      note(
        'two records in one line',
        /not a record with an author/,
        () => `${said({}).trim()}\r${record('boss')}\n`,
      ),
      note('by a letter of another alphabet', /the author of a record is/, () =>
        said({ by: 'b\u043ess@example.com' }),
      ),
      note('a date as a number', CLOCK, () => said({ at: Date.now() })),
      note('an hour more than a day ahead', CLOCK, () =>
        said({ at: new Date(Date.now() + 90_000_000).toISOString() }),
      ),
    ],
  },
  {
    name: 'take notes out of sight',
    by: 'mole',
    because: 'notes only grow, in a single line of commits',
    forms: [
      {
        form: 'by a commit without them',
        why: /records can only be added/,
        own: true,
        push: ['main:refs/notes/realm'],
        async act(me) {
          const empty = await me.pipe(['mktree'], '');
          await moveMain(me, await me.commitTree(empty, 'note', 'refs/notes/realm'));
        },
      },
      {
        form: 'behind a merge',
        why: /merge commits are not allowed/,
        own: true,
        push: ['main:refs/notes/realm'],
        async act(me) {
          const tree = await me.line('rev-parse', 'refs/notes/realm^{tree}');
          const side = await me.commitTree(tree, 'side', 'refs/notes/realm');
          await moveMain(me, await me.commitTree(tree, 'note', 'refs/notes/realm', side));
        },
      },
    ],
  },
];
