import { oidOf } from '../../servers/raw-push.ts';
import { type AttackGroup, type Form, moveMain, operation } from './group.ts';
import { commitText, onMain, rawCommit } from './raw.ts';

const MOLE = 'mole <mole@example.com> 1767300000 +0000';
const TWO = '<eric@example.com> <mole@example.com> 1767300000 +0000';
const REWRITTEN = /published history may not be rewritten/;

/** A commit of these lines and no other. */
const of = (lines: (string | false)[], words = 'x'): string =>
  `${lines.filter((line) => line !== false).join('\n')}\n\n${words}\n`;

const [author, committer] = [`author ${MOLE}`, `committer ${MOLE}`];

const oddCommits: Form[] = [
  rawCommit('one parent twice', /merge commits are not allowed|second 'parent'/, (tree, parent) =>
    of([`tree ${tree}`, `parent ${parent}`, `parent ${parent}`, author, committer]),
  ),
  rawCommit(
    'its author before its tree',
    /the history is not linear|not a line of commits|not a valid git object/,
    (tree, parent) => of([author, `tree ${tree}`, `parent ${parent}`, committer]),
  ),
  rawCommit('no author', /author line/, (tree, parent) =>
    of([`tree ${tree}`, `parent ${parent}`, committer]),
  ),
  rawCommit('no committer', /committer line/, (tree, parent) =>
    of([`tree ${tree}`, `parent ${parent}`, author]),
  ),
  rawCommit('its parent after its author', REWRITTEN, (tree, parent) =>
    of([`tree ${tree}`, author, `parent ${parent}`, committer]),
  ),
  rawCommit('a parent in capitals', REWRITTEN, (tree, parent) =>
    of([`tree ${tree}`, `parent ${parent.toUpperCase()}`, author, committer]),
  ),
  rawCommit('an author line of two lines', /author line/, (tree, parent) =>
    of([`tree ${tree}`, `parent ${parent}`, `author mole\n ${TWO}`, committer]),
  ),
  rawCommit('an author of two addresses', /author line/, (tree, parent) =>
    of([`tree ${tree}`, `parent ${parent}`, `author e ${TWO}`, committer]),
  ),
  rawCommit('a NUL byte in its message', /it has a NUL byte/, (tree, parent) =>
    of([`tree ${tree}`, `parent ${parent}`, author, committer], 'x\0y'),
  ),
  rawCommit('a committer date above 2^63', /in the future|date/, (tree, parent) =>
    of([
      `tree ${tree}`,
      `parent ${parent}`,
      author,
      'committer mole <mole@example.com> 9223372036854775808000 +0000',
    ]),
  ),
  rawCommit(
    'an operation by a list of people',
    /author of its operation is 'eric@example\.com'/,
    (tree, parent) =>
      of(
        [`tree ${tree}`, `parent ${parent}`, author, committer],
        `x\n\n${operation({ verb: 'publish', by: ['eric@example.com'] })}`,
      ),
  ),
  rawCommit('a tree that is not there', /unable to read tree|missing necessary objects/, (_, parent) =>
    of([`tree ${'1'.repeat(40)}`, `parent ${parent}`, author, committer]),
  ),
];

const rewrites: Form[] = [
  {
    form: 'behind a criss-cross merge',
    why: /merge commits are not allowed/,
    own: true,
    async act(me) {
      const tree = await me.line('rev-parse', 'origin/main^{tree}');
      const commit = await me.commitTree(tree, 'one', 'origin/main');
      const two = await me.commitTree(tree, 'two', 'origin/main');
      const left = await me.commitTree(tree, 'left', commit, two);
      const right = await me.commitTree(tree, 'right', two, commit);
      await moveMain(me, await me.commitTree(tree, 'both', left, right));
    },
  },
  {
    form: "by a root commit, which a graft or a replacement hides from the pusher's git",
    why: REWRITTEN,
    act: () => undefined,
    raw: async (me) => onMain(me, commitText(await me.line('rev-parse', 'origin/main^{tree}')), []),
  },
  {
    form: 'by a history that was cut short',
    why: /shallow update not allowed/,
    act: () => undefined,
    async raw(me) {
      const tree = await me.line('rev-parse', 'origin/main^{tree}');
      const gone = Buffer.from(commitText(tree));
      const push = await onMain(me, commitText(tree, oidOf({ type: 'commit', bytes: gone })), []);
      return { ...push, shallow: push.updates.map((update) => update.new) };
    },
  },
];

export const commits: AttackGroup[] = [
  {
    name: 'write a commit that programs could read in two ways',
    by: 'mole',
    because: "a commit names its tree, its parent and its author once, in git's own form",
    forms: oddCommits,
  },
  {
    name: 'hide a rewrite of history',
    by: 'mole',
    because: "the objects count, not how the pusher's clone shows them",
    forms: rewrites,
  },
];
