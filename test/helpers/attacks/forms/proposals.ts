import { files } from '../steps.ts';
import { type AttackGroup, commit, type Form, moveMain, proposal } from './group.ts';

const plan = { 'worktrees/p.yaml': 'name: p\n' };
const ref = ['main:refs/realm/proposals/a'];
const ONE = /a proposal must be a single commit on the main branch/;

/** A proposal that is not one commit: its parents, made on the tree of main. */
const on = (form: string, parents: 'none' | 'another commit' | 'two'): Form => ({
  form,
  why: ONE,
  own: true,
  push: ref,
  async act(me) {
    const tree = await me.line('rev-parse', 'origin/main^{tree}');
    const side = await me.commitTree(tree, 'side', 'origin/main');
    const from = { none: [], 'another commit': [side], two: ['origin/main', side] }[parents];
    await moveMain(me, await me.commitTree(tree, proposal('a'), ...from));
  },
});

const tagged = (form: string, why: RegExp, message: string, to: string): Form => ({
  form,
  why,
  own: true,
  push: [`tagged:${to}`],
  async act(me) {
    files(plan)(me);
    await me.commit(message);
    await me.git('tag', '-f', '-a', '-m', 'x', 'tagged');
  },
});

export const proposals: AttackGroup[] = [
  {
    name: 'propose anything but one commit on the main branch',
    by: 'mole',
    because: 'a proposal is a single commit, approved as it was read',
    forms: [
      on('a root commit', 'none'),
      on('a commit on another', 'another commit'),
      on('a merge', 'two'),
      tagged('a tag', ONE, proposal('a'), 'refs/realm/proposals/a'),
    ],
  },
  {
    name: 'propose under a false name',
    by: 'mole',
    because: 'a proposal says that it is one, and which',
    forms: [
      commit('as an ordinary commit', /the subject of a proposal must begin/, plan, {
        message: 'x',
        push: ref,
      }),
      commit('with the id of another', /it was created as proposal 'b'/, plan, {
        message: proposal('b'),
        push: ref,
      }),
    ],
  },
  {
    name: 'propose what no proposal may hold',
    by: 'mole',
    because: 'a proposal is judged like any commit',
    forms: [
      commit(
        'the rules',
        /only the realm's approvers may change/,
        { 'realm.yaml': (text) => `${text}# x\n` },
        {
          message: proposal('a'),
          push: ref,
        },
      ),
      commit(
        'a file that is too large',
        /has \d+ bytes/,
        { 'worktrees/p.yaml': `name: p\n#${'x'.repeat(1 << 20)}\n` },
        {
          message: proposal('a'),
          push: ref,
        },
      ),
    ],
  },
  {
    name: 'make main something other than a commit',
    by: 'mole',
    because: 'history is a single line of commits',
    forms: [
      tagged(
        'a tag',
        /published history may not be rewritten|the history is not linear|not a line of commits/,
        'x',
        'refs/heads/main',
      ),
      {
        form: 'a tree',
        why: /published history may not be rewritten|the history is not linear|non-commit/,
        act: () => undefined,
        raw: async (me) => ({
          updates: [
            {
              ref: 'refs/heads/main',
              old: await me.line('rev-parse', 'origin/main'),
              new: await me.line('rev-parse', 'origin/main^{tree}'),
            },
          ],
          objects: [],
        }),
      },
    ],
  },
];
