import { entriesOf, treeBytes } from '../../generated/objects.ts';
import { oidOf, type RawObject } from '../../servers/raw-push.ts';
import { mustPass, record } from '../steps.ts';
import type { Actor, Person } from '../world.ts';
import { type AttackGroup, change, type Form } from './group.ts';
import { commitText, onMain, rawCommit, rawTree, tip, treeEntry } from './raw.ts';

const NOT_GITS = /a tree is not a valid git object/;
const MOLE = 'mole <mole@example.com>';

/** A child of main in which the entry at this path has another mode, and nothing else differs. */
const remoded = (path: string, mode: string): Form => ({
  form: `${path} as ${mode}`,
  why: NOT_GITS,
  act: () => undefined,
  async raw(me) {
    const names = path.split('/');
    const objects: RawObject[] = [];
    let below: string | undefined;
    for (let depth = names.length - 1; depth >= 0; depth -= 1) {
      const folder = names.slice(0, depth).join('/');
      const entries = entriesOf(await me.bytesOf(`origin/main:${folder}`)).map((entry) => {
        if (entry.name !== names[depth]) return entry;
        return below === undefined ? { ...entry, mode } : { ...entry, oid: below };
      });
      const tree: RawObject = { type: 'tree', bytes: treeBytes(entries) };
      objects.push(tree);
      below = oidOf(tree);
    }
    return onMain(me, commitText(below ?? '', await tip(me)), objects);
  },
});

const dated = (form: string, date: string): Form =>
  rawCommit(form, /committer line does not end in a valid date/, (tree, parent) =>
    commitText(tree, parent).replace(/^committer .*$/m, `committer ${MOLE}${date}`),
  );

const headed = (header: string): Form =>
  rawCommit(`the header '${header}'`, /which is not allowed in a realm/, (tree, parent) =>
    commitText(tree, parent).replace('\n\n', `\n${header}\n\n`),
  );

/** The notes with these entries beside or in place of what is there. */
const noted = (
  form: string,
  why: RegExp,
  make: (me: Actor, object: string, text: string) => Promise<string>,
): Form => ({
  form,
  why,
  own: true,
  push: ['refs/notes/realm'],
  async act(me) {
    const object = await me.line('rev-parse', 'origin/main');
    const text = (await me.git('notes', '--ref=realm', 'show', object)).stdout;
    const tree = await make(me, object, text);
    const made = await me.commitTree(tree, 'notes', 'refs/notes/realm');
    await me.git('update-ref', 'refs/notes/realm', made);
  },
});

const mine = (): string => `${record('fun', undefined, { kind: 'x' })}\n`;

async function folder(me: Actor, name: string, blob: string): Promise<string> {
  return `040000 tree ${await me.pipe(['mktree'], `100644 blob ${blob}\t${name}\n`)}`;
}

async function approved(act: (who: Person) => Actor): Promise<void> {
  const boss = act('boss');
  await boss.fresh();
  await boss.note('origin/main', `${record('boss')}\n`);
  mustPass(await boss.push('refs/notes/realm'));
}

/** What git, the judge and whoever lands would read differently. */
export const readers: AttackGroup[] = [
  {
    name: 'hide a file behind a mode that only some programs understand',
    by: 'mole',
    because: 'a tree must be exactly as git writes it',
    forms: [
      remoded('domains/s3/contracts/paths.yaml', '0100644'),
      remoded('realm.yaml', '100664'),
      remoded('trust/users.yaml', '100600'),
      remoded('domains', '040000'),
      remoded('repos', '40755'),
      remoded('domains/s3', '0040000'),
    ],
  },
  {
    name: 'write a tree out of order, or an empty one',
    by: 'mole',
    because: 'a tree must be exactly as git writes it',
    forms: [
      rawTree('unsorted', NOT_GITS, ({ blob }) => [
        treeEntry('100644', 'z.yaml', blob('name: z\n')),
        treeEntry('100644', 'a.yaml', blob('name: a\n')),
      ]),
      rawTree('an empty folder', NOT_GITS, ({ tree }) => [treeEntry('40000', 'w', tree([]))]),
      rawTree('one name twice', NOT_GITS, ({ blob }) => [
        treeEntry('100644', 'a.yaml', blob('name: a\n')),
        treeEntry('100644', 'a.yaml', blob('name: b\n')),
      ]),
    ],
  },
  {
    name: 'date a commit so that programs find no date',
    by: 'mole',
    because: "a commit has a date in git's own form",
    forms: [
      dated('no date', ''),
      dated('a negative date', ' -1 +0000'),
      dated('two spaces before the date', '  1767300000 +0000'),
      dated('zeros before the date', ' 0001767300000 +0000'),
      dated('no time zone', ' 1767300000'),
    ],
  },
  {
    name: 'add a commit header that some programs follow',
    by: 'mole',
    because: 'a commit has only the headers that git itself writes',
    forms: [headed('encoding UTF-16'), headed('mergetag x'), headed('gpgsig-sha256 x'), headed('HG:extra x')],
  },
  {
    name: 'give an object two notes, or one that nobody reads',
    by: 'fun',
    because: 'an object has one note, at the path where git looks',
    prepare: approved,
    forms: [
      noted('a second one in a folder', /exists 2 times/, async (me, object, text) => {
        const there = (await me.git('ls-tree', 'refs/notes/realm')).stdout;
        const blob = await me.object('blob', `${text}${mine()}`);
        const inside = await folder(me, object.slice(2), blob);
        return me.pipe(['mktree'], `${there}${inside}\t${object.slice(0, 2)}\n`);
      }),
      noted('moved to where git reads none', /is not a note/, async (me, object, text) => {
        const inside = await folder(me, object.slice(1), await me.object('blob', text));
        const blob = await me.object('blob', mine());
        return me.pipe(['mktree'], `${inside}\t${object.slice(0, 1)}\n100644 blob ${blob}\t${object}\n`);
      }),
      noted('above a MiB', /has \d+ bytes/, async (me, object, text) => {
        const blob = await me.object('blob', `${text}${mine()}${'x'.repeat(1 << 20)}\n`);
        return me.pipe(['mktree'], `100644 blob ${blob}\t${object}\n`);
      }),
      noted('not UTF-8', /is not UTF-8/, async (me, object, text) => {
        const blob = await me.object('blob', Buffer.concat([Buffer.from(text), Buffer.from([0xff, 10])]));
        return me.pipe(['mktree'], `100644 blob ${blob}\t${object}\n`);
      }),
      noted(
        'so full that nobody else has room',
        /more than \d+ bytes of a note/,
        async (me, object, text) => {
          const full = record('fun', undefined, { kind: 'x', why: 'x'.repeat(70_000) });
          const blob = await me.object('blob', `${text}${full}\n`);
          return me.pipe(['mktree'], `100644 blob ${blob}\t${object}\n`);
        },
      ),
    ],
  },
  {
    name: "put a file into a folder that is not a domain's",
    by: 'mole',
    because: 'a domain has a domain.yaml',
    forms: [
      change('a binding', /without a domain\.yaml/, {
        'domains/ghost/bindings/mole.yaml': 'repo: mole\nrole: consumer\n',
      }),
      change('a contract', /without a domain\.yaml/, {
        'domains/ghost/contracts/c.yaml': 'name: c\nversion: "1.0.0"\nowner: mole\n',
      }),
    ],
  },
  {
    name: 'put a file where a realm has no files',
    by: 'boss',
    because: 'a realm holds only files of known kinds',
    forms: [
      change('beside the domains', /not an allowed path in a realm/, { 'domains/s3/notes.txt': 'x\n' }),
      change('in a folder of its own', /not an allowed path in a realm/, { 'bin/run': 'x\n' }),
      change('below a contract', /not an allowed path in a realm/, {
        'domains/s3/contracts/a/b.yaml': 'x\n',
      }),
    ],
  },
];
