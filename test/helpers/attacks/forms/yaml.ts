import { type AttackGroup, change } from './group.ts';

const FILE = 'repos/mole.yaml';
const own = 'name: mole\nmaintainers: [mole@example.com]\n';
const form = (name: string, why: RegExp, text: string) => change(name, why, { [FILE]: text });

/** Nine lists of nine lists of … */
const bomb = [...'abcd'].reduce(
  (text, name, index) =>
    `${text}${name}: &${name} [${Array(9).fill(index === 0 ? 'x' : `*${'abcd'[index - 1]}`)}]\n`,
  '',
);

export const yaml: AttackGroup[] = [
  {
    name: 'write YAML that readers could understand in two ways',
    by: 'mole',
    because: 'a file says each thing once, in one document',
    forms: [
      form('a key twice', /expected each key once/, `${own}name: aperture\n`),
      form('a quoted key twice', /expected each key once/, `${own}"name": aperture\n`),
      form('a key by an escape', /expected each key once/, `${own}"n\\u0061me": aperture\n`),
      form('two documents', /one document/, `${own}---\nname: aperture\n`),
      form('other ends of lines', /is not valid/, 'name: mole\u0085maintainers: [mole@example.com]\n'),
      form(
        'a name by an alias',
        /has a different name in it:/,
        'n: &n aperture\nname: *n\nmaintainers: [mole@example.com]\n',
      ),
    ],
  },
  {
    name: 'write YAML that costs its reader too much',
    by: 'mole',
    because: 'aliases, depth and keys are bounded before they are read',
    forms: [
      form('aliases of aliases', /few aliases|aliases/, `${bomb}e: [${Array(9).fill('*d')}]\n${own}`),
      form(
        '60,000 lists in each other',
        /nested too deeply|a flatter file/,
        `${own}x: ${'['.repeat(60_000)}${']'.repeat(60_000)}\n`,
      ),
      form("5,000 keys that begin with '?'", /plain keys/, `${own}x:\n${'? a\n'.repeat(5000)}`),
    ],
  },
  {
    name: 'write a registration that names nobody',
    by: 'mole',
    because: 'a registration lists at least one maintainer, and names are ASCII',
    forms: [
      form(
        'as a set',
        /expected a list of e-mail addresses/,
        'name: mole\nmaintainers: !!set { mole@example.com }\n',
      ),
      form('none', /does not name a maintainer/, 'name: mole\nmaintainers: []\n'),
      form('null', /does not name a maintainer/, 'name: mole\nmaintainers: null\n'),
      form(
        'with a letter of another alphabet in the name',
        /expected a repo name/,
        'name: m\u043ele\nmaintainers: [mole@example.com]\n',
      ),
      form(
        'with an earlier name that is invented',
        /changes its earlier names/,
        `${own}formerly: [aperture]\n`,
      ),
    ],
  },
  {
    name: 'name a branch or repo like an option or a path',
    by: 'mole',
    because: 'names are checked before any command gets them',
    forms: [
      change('--upload-pack=…', /expected a branch name/, {
        'worktrees/opt.yaml': 'name: --upload-pack=touch /tmp/x\nrepos: [{ name: aperture }]\n',
      }),
      change('../../x', /expected a repo name/, {
        'worktrees/up.yaml': 'name: up\nrepos: [{ name: ../../x }]\n',
      }),
    ],
  },
];
