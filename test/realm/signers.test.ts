import t from 'tap';
import { pathProblem, twinFinder } from '../../lib/governance/tree-paths.ts';
import { samePerson } from '../../lib/realm/people.ts';
import {
  mayStillSign,
  signerLines,
  signersOf,
  trustProblem,
  withoutSigner,
  withSigner,
} from '../../lib/realm/signers.ts';

/** A key whose bytes are those of no real one: type, and 32 bytes. */
const key = (() => {
  const part = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const blob = Buffer.concat([part(Buffer.from('ssh-ed25519')), part(Buffer.alloc(32, 7))]);
  return `ssh-ed25519 ${blob.toString('base64')}`;
})();
const now = new Date('2026-06-01T00:00:00Z');

t.test('lines of allowed signers, as ssh-keygen reads them', (t) => {
  const good = [
    `eric@example.com ${key}`,
    `eric@example.com,fun@example.com ${key} a comment`,
    `"eric@example.com" namespaces="git,file" ${key}`,
    `*@example.com,!mole@example.com cert-authority,valid-after="20200101",valid-before="20270101Z" ${key}`,
  ];
  for (const line of good) t.equal(signerLines(line)[0]?.problem, null, line);
  t.same(signerLines('# comment\n\n  \n'), []);
  const bad: [string, RegExp][] = [
    ['eric@example.com', /is not 'principals key-type key'/],
    [`eric@example.com ${key.slice(0, -8)}`, /has no ssh-ed25519 key/],
    [`eric@example.com ${key.replace('ssh-ed25519', 'ssh-rsa')}`, /has no ssh-rsa key/],
    [`eric@example.com valid-before="soon" ${key}`, /has 'valid-before="soon"', which is not a valid option/],
    [`eric@example.com sudo ${key}`, /has 'sudo', which is not a valid option/],
  ];
  for (const [line, why] of bad) {
    t.match(trustProblem('trust/allowed_signers', `# one\n${line}\n`), why, line);
    t.match(trustProblem('trust/allowed_signers', `# one\n${line}\n`), /line 2/);
    t.equal(signersOf(line, 'eric@example.com', null), '', 'it lets nobody in');
  }
  t.end();
});

t.test('a line lets in whom it names, and nobody else', (t) => {
  const of = (line: string, email: string, at: Date | null = now) => signersOf(`${line}\n`, email, at) !== '';
  t.ok(of(`a@x,eric@example.com ${key}`, 'Eric@Example.com'));
  t.ok(of(`*@example.com ${key}`, 'eric@example.com'));
  t.notOk(of(`*@example.com ${key}`, 'eric@example.com.evil.org'));
  t.notOk(of(`*@example.com,!eric@example.com ${key}`, 'eric@example.com'));
  t.notOk(of(`eric.example@com ${key}`, 'ericXexample@com'), 'a dot is a dot');
  t.notOk(of(`eric@example.com valid-before="20260101" ${key}`, 'eric@example.com'));
  t.ok(of(`eric@example.com valid-before="20260101" ${key}`, 'eric@example.com', null), 'when it was signed');
  t.notOk(of(`eric@example.com valid-after="20270101" ${key}`, 'eric@example.com'));
  t.match(signersOf(`*@example.com ${key}`, 'eric@example.com', now), /^"eric@example\.com" ssh-ed25519/);
  t.ok(mayStillSign('', ['Eric@example.com'], 'eric@example.com', now), 'a gpg key is a key');
  t.end();
});

t.test('keys come and go without touching those of others', (t) => {
  const text = `# people\nfun@example.com,eric@example.com ${key} both\n`;
  const more = withSigner(text, 'eric@example.com', key, '20270101');
  t.equal(more, `${text}eric@example.com valid-before="20270101Z" ${key}\n`);
  t.equal(withSigner(more, 'eric@example.com', key, '20270101'), more);
  t.equal(withoutSigner(more, 'ERIC@example.com'), `# people\nfun@example.com ${key} both\n`);
  t.end();
});

t.test('an address that only looks the same is another person', (t) => {
  t.ok(samePerson('Eric@Example.com', 'eric@example.com'));
  // KELVIN SIGN folds to k in Unicode.
  t.notOk(samePerson('\u212Aim@example.com', 'kim@example.com'));
  t.notOk(samePerson('er\u0131c@example.com', 'eric@example.com'));
  t.end();
});

t.test('names that read as others elsewhere', (t) => {
  for (const fine of ['repos/a.yaml', 'README.md', 'docs/Größe.md', '.github/CODEOWNERS', 'a.git/x'])
    t.equal(pathProblem(fine), null, fine);
  for (const bad of ['.git/x', 'a/.GIT/x', 'a/git~1', '.git./x', 'a /b', 'a./b', 'c:x', 'a\\b', 'a\u202eb'])
    t.type(pathProblem(bad), 'string', JSON.stringify(bad));
  const twin = twinFinder(['repos/aperture.yaml', 'docs/Straße.md']);
  t.equal(twin('repos/aperture.yaml'), undefined, 'itself');
  t.equal(twin('Repos/new.yaml'), 'repos');
  t.equal(twin('docs/STRASSE.md'), 'docs/Straße.md');
  t.equal(twin('docs/new.md'), undefined);
  t.end();
});
