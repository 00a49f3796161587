import type { AttackGroup, Form } from './group.ts';
import { rawTree, treeEntry } from './raw.ts';

const NAME = 'name: a\n';
const MARKED = /a tree is not a valid git object/;
const plain =
  (name: string | Buffer, text = NAME) =>
  ({ blob }: { blob(text: string): Buffer }) => [treeEntry('100644', name, blob(text))];

const gitsOwn = ['.git', '.GIT ', 'git~1', 'GIT~2'];

const elsewhere: [name: string, why: RegExp][] = [
  ['.g\u200cit', /an invisible character/],
  ['.git::$INDEX_ALLOCATION', /backslash or colon/],
  ['a\\b', /backslash or colon/],
  ['a.', /in a dot or space/],
  ['a ', /in a dot or space/],
];

const graft = (folder: string, name: string, why: RegExp): Form => ({
  form: folder === '' ? name : `${folder}/${name}`,
  why,
  own: true,
  act: async (me) => me.graft(folder, `100644 blob ${await me.object('blob', NAME)}\t${name}`),
});

const ONLY = /only the realm's approvers may change/;

export const trees: AttackGroup[] = [
  {
    name: "name a file like one of git's own",
    by: 'mole',
    because: 'a checkout could run what is in it',
    forms: gitsOwn.map((name) => rawTree(JSON.stringify(name), /is reserved for git/, plain(name))),
  },
  {
    name: 'name a file so that other systems take it for another',
    by: 'mole',
    because: 'a name must mean the same file on every machine',
    forms: elsewhere.map(([name, why]) => rawTree(JSON.stringify(name), why, plain(name))),
  },
  {
    name: 'write a tree that programs could read in two ways',
    by: 'mole',
    because: 'a tree must be exactly as git writes it',
    forms: [
      rawTree("an entry named '..'", MARKED, plain('..')),
      rawTree('an entry with a slash in its name', MARKED, plain('../trust/users.yaml')),
      rawTree('an entry without a name', /empty filename/, plain('')),
      rawTree('a name that is not UTF-8', /not UTF-8/, plain(Buffer.from([0xff, 0x2e]))),
      rawTree('a file and a folder of one name', MARKED, (keep) => [
        ...plain('a', 'x')(keep),
        treeEntry('40000', 'a', keep.tree(plain('b.yaml', 'x')(keep))),
      ]),
      rawTree('a file that is a folder', /is a tree/, (keep) => [
        treeEntry('100644', 't.yaml', keep.tree(plain('b.yaml')(keep))),
      ]),
      rawTree('a folder that is a file', /is a blob, not a tree|not a tree/, ({ blob }) => [
        treeEntry('40000', 't', blob(NAME)),
      ]),
      rawTree('a mode that no file has', /./, ({ blob }) => [treeEntry('0', 'm.yaml', blob(NAME))]),
    ],
  },
  {
    name: 'add a link or a program in place of a file',
    by: 'mole',
    because: 'a realm holds plain files only',
    forms: [
      rawTree('a link', /not a plain file/, ({ blob }) => [treeEntry('120000', 'l.yaml', blob(NAME))]),
      rawTree('a program', /not a plain file/, ({ blob }) => [treeEntry('100755', 'p.yaml', blob(NAME))]),
    ],
  },
  {
    name: 'add a file that other programs act upon',
    by: 'mole',
    because: 'only approvers change files that belong to nobody',
    forms: [
      graft('worktrees', '.gitmodules', ONLY),
      graft('worktrees', '.gitattributes', ONLY),
      graft('worktrees', '.gitignore', ONLY),
      graft('worktrees', 'a', ONLY),
      graft('', '.gitattributes', ONLY),
      graft('.github/workflows', 'x.yml', ONLY),
      graft('.GitHub', 'CODEOWNERS', ONLY),
      graft('docs', 'CODEOWNERS', ONLY),
      graft('', 'realm.yml', ONLY),
      graft('', 'trust2', ONLY),
    ],
  },
];
