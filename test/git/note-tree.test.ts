import { createHash } from 'node:crypto';
import t from 'tap';
import { MAX_NOTE, notedAt, noteOf } from '../../lib/git/note-tree.ts';
import { openObjects } from '../../lib/git/objects.ts';
import { sandbox } from '../helpers/world/cli.ts';

const REF = 'refs/notes/x';

t.test(
  'a note is read as git reads it, however many there are, and two of one object are none',
  async (t) => {
    const box = sandbox(t);
    await box.git(['init', '-q', 'r']);
    const git = async (args: string[], input?: string | Uint8Array): Promise<string> =>
      (await box.git(args, { cwd: 'r', ...(input === undefined ? {} : { input }) })).stdout.trim();
    const objects = openObjects({ gitDir: box.path('r/.git') }, box.env);
    t.teardown(() => objects.close());
    /** Notes at these paths. */
    const write = async (notes: [path: string, text: string | Buffer, mode?: string][]) => {
      const entries = notes.map(
        ([path, text, mode = '100644']) =>
          `M ${mode} inline ${path}\ndata ${Buffer.byteLength(text)}\n${text.toString('latin1')}\n`,
      );
      const who = 'committer x <x@example.com> 1 +0000\ndata 0\n';
      const input = `commit ${REF}\n${who}deleteall\n${entries.join('')}\n`;
      await git(['fast-import', '--quiet', '--force'], Buffer.from(input, 'latin1'));
    };

    await git(['commit', '-q', '--allow-empty', '-m', 'x']);
    const head = await git(['rev-parse', 'HEAD']);
    await write(
      Array.from({ length: 300 }, (_, n) => [createHash('sha1').update(`${n}`).digest('hex'), `${n}\n`]),
    );
    await git(['notes', '--ref', REF, 'add', '-m', 'one', head]);
    t.match((await git(['ls-tree', '-r', '--name-only', REF])).split('\n')[0], /^..\//, 'in folders');
    t.same(await noteOf(objects, REF, head), {
      kind: 'note',
      text: `${await git(['notes', '--ref', REF, 'show', head])}\n`,
    });
    t.same(await noteOf(objects, REF, 'f'.repeat(39).concat('0')), { kind: 'none' });
    t.same(await noteOf(objects, 'refs/notes/none', head), { kind: 'none' });

    const folded = `${head.slice(0, 2)}/${head.slice(2)}`;
    const deep = `${head.slice(0, 2)}/${head.slice(2, 4)}/${head.slice(4)}`;
    for (const path of [head, folded, deep]) {
      await write([[path, 'one\n']]);
      t.same(await noteOf(objects, REF, head), { kind: 'note', text: 'one\n' }, path);
      t.equal(await git(['notes', '--ref', REF, 'show', head]), 'one', `git reads it at ${path}`);
      t.equal(notedAt(path, 40), head);
    }
    for (const path of [
      `${head.slice(0, 1)}/${head.slice(1)}`,
      `x/${head}`,
      head.toUpperCase(),
      `${head}0`,
      `${folded.slice(0, 2)}//${head.slice(2)}`,
    ])
      t.equal(notedAt(path, 40), null, path);
    await write([
      [head, 'one\n'],
      [folded, 'two\n'],
    ]);
    t.match(await noteOf(objects, REF, head), { kind: 'bad', why: /exists 2 times: / });
    await write([[head, 'x'.repeat(MAX_NOTE + 1)]]);
    t.match(await noteOf(objects, REF, head), { kind: 'bad', why: /has 1048577 bytes/ });
    await write([[head, Buffer.from([0xff])]]);
    t.match(await noteOf(objects, REF, head), { kind: 'bad', why: /is not UTF-8/ });
    await write([[head, 'x', '120000']]);
    t.same(await noteOf(objects, REF, head), { kind: 'none' }, 'nor does git read a link');
  },
);
