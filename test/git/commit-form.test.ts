import t from 'tap';
import { commitOddity } from '../../lib/git/commit-form.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { sshKey, without } from '../helpers/world/keys.ts';

const tree = '1'.repeat(40);
const who = 'mole <mole@example.com> 1767300000 +0000';

/** A commit of these lines, and of the line changed. */
const made = (change: (text: string) => string): string =>
  change(`tree ${tree}\nparent ${tree}\nauthor ${who}\ncommitter ${who}\n\nx\n`);
const saying = (line: string) => made((text) => text.replace(`committer ${who}`, `committer ${line}`));

const odd: [what: string, text: string | Buffer, why: RegExp][] = [
  ['no date', saying('mole <mole@example.com>'), /a valid date/],
  ['an empty date', saying('mole <mole@example.com> '), /a valid date/],
  ['a negative date', saying('mole <mole@example.com> -1 +0000'), /a valid date/],
  ['two spaces before the date', saying('mole <mole@example.com>  1767300000 +0000'), /a valid date/],
  ['no space before the date', saying('mole <mole@example.com>1767300000 +0000'), /a valid date/],
  ['a tab before the date', saying('mole <mole@example.com>\t1767300000 +0000'), /a valid date/],
  ['a date with zeros before it', saying('mole <mole@example.com> 01767300000 +0000'), /a valid date/],
  ['a date beyond all clocks', saying('mole <mole@example.com> 99999999999999 +0000'), /a valid date/],
  ['a date with a fraction', saying('mole <mole@example.com> 1767300000.5 +0000'), /a valid date/],
  ['a date in words', saying('mole <mole@example.com> yesterday +0000'), /a valid date/],
  ['no zone', saying('mole <mole@example.com> 1767300000'), /a valid date/],
  ['a zone in words', saying('mole <mole@example.com> 1767300000 UTC'), /a valid date/],
  ['more after the zone', saying('mole <mole@example.com> 1767300000 +0000 x'), /a valid date/],
  ['no name', saying('<mole@example.com> 1767300000 +0000'), /'<name> <address>'/],
  ['no address', saying('mole 1767300000 +0000'), /'<name> <address>'/],
  ['two addresses', saying('m <a@example.com> <b@example.com> 1767300000 +0000'), /'<name> <address>'/],
  ['an address with a space', saying('m <a b@example.com> 1767300000 +0000'), /'<name> <address>'/],
  ['no author', made((text) => text.replace(/^author.*\n/m, '')), /author line/],
  ['no committer', made((text) => text.replace(/^committer.*\n/m, '')), /committer line/],
  ['the author twice', made((text) => text.replace(/^author.*\n/m, '$&$&')), /committer line/],
  ['a second committer', made((text) => text.replace(/^committer.*\n/m, '$&$&')), /second 'committer'/],
  ['a second tree', made((text) => text.replace('\n\n', `\ntree ${tree}\n\n`)), /second 'tree'/],
  ['a late parent', made((text) => text.replace('\n\n', `\nparent ${tree}\n\n`)), /second 'parent'/],
  ['an author line over two', made((text) => text.replace('author mole', 'author mole\n ')), /author line/],
  ['an encoding', made((text) => text.replace('\n\n', '\nencoding UTF-7\n\n')), /a header 'encoding'/],
  ['a merged tag', made((text) => text.replace('\n\n', '\nmergetag object x\n y\n\n')), /header/],
  ['an unknown header', made((text) => text.replace('\n\n', '\nx-y z\n\n')), /a header 'x-y'/],
  ['a signature of another format', made((text) => text.replace('\n\n', '\ngpgsig-sha256 x\n\n')), /header/],
  [
    'a signature that is none',
    made((text) => text.replace('\n\n', '\ngpgsig x\n\n')),
    /not correctly armoured/,
  ],
  [
    'an upper-case parent',
    made((text) => text.replace(/parent \w+/, `parent ${'A'.repeat(40)}`)),
    /'parent'/,
  ],
  ['a short tree', made((text) => text.replace(/tree \w+/, 'tree 1111')), /'tree' line/],
  ['no empty line', made((text) => text.slice(0, text.indexOf('\n\n') + 1)), /no empty line/],
  ['a NUL byte', made((text) => `${text}\0`), /NUL/],
  ['bytes that are not UTF-8', Buffer.concat([Buffer.from(made(String)), Buffer.from([0xff])]), /not UTF-8/],
  ['a carriage return after the tree', made((text) => text.replace('\n', '\r\n')), /'tree' line/],
];

t.test('a commit that git would not write is refused in words', async (t) => {
  t.equal(commitOddity({ oid: tree, bytes: Buffer.from(made(String)) }), null);
  for (const [what, text, why] of odd)
    t.match(commitOddity({ oid: tree, bytes: Buffer.from(text as string) }), why, what);
});

t.test('commits of git are as git writes them, signed or not', { skip: without('ssh-keygen') }, async (t) => {
  const box = sandbox(t);
  await box.git(['init', '-q', 'r']);
  const key = await sshKey(box, 'key');
  const sign = ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${key.file}`];
  const messages = ['x', 'é\n\nmore\n\nRealm-Op: {}', ' ', 'a\n\n\n\nb'];
  for (const [at, message] of messages.entries()) {
    const words = ['commit', '-q', '--allow-empty', '--cleanup=verbatim', '--allow-empty-message'];
    await box.git([...sign, ...words, ...(at % 2 ? ['-S'] : []), '-m', message], { cwd: 'r' });
    const oid = (await box.git(['rev-parse', 'HEAD'], { cwd: 'r' })).stdout.trim();
    const { stdout } = await box.git(['cat-file', 'commit', oid], { cwd: 'r' });
    t.equal(commitOddity({ oid, bytes: Buffer.from(stdout) }), null, message);
    if (at % 2 === 0) continue;
    const twice = stdout.replace(/^(gpgsig (?:.*\n )+.*\n)/m, '$1$1');
    t.match(commitOddity({ oid, bytes: Buffer.from(twice) }), /second 'gpgsig' line/);
    const more = stdout.replace('\n -----END', '\n \n -----END').replace(/^gpgsig /m, 'gpgsig x\n ');
    t.match(commitOddity({ oid, bytes: Buffer.from(more) }), /not correctly armoured/);
  }
});
