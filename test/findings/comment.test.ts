import { marked } from 'marked';
import t from 'tap';
import type { Change } from '../../lib/compat/types.ts';
import type { Impact } from '../../lib/compat/usage.ts';
import { type Commented, checkComment } from '../../lib/findings/comment.ts';
import type { Finding } from '../../lib/findings/types.ts';

const said = (more: Partial<Commented>): Commented => ({
  ...{ realm: 'r', repo: 'a', findings: [], suppressed: [], commit: 'c'.repeat(40) },
  checked: { exports: 1, imports: 0, proofs: {} },
  ...more,
});

const drift = (name: string, data: object): Finding => ({
  ...{ id: `${name}:drift`, level: 'error', message: 'x', path: 'a.py', line: 3 },
  data: { version: '1.0.0', next: '2.0.0', changes: [], impact: [], consumers: [], ...data },
});

const breaking = (witness: string) => ({ verdict: 'breaking', witness, reason: witness, pointer: '' });

t.test('the verdict, the changes, a witness, and the consumers with their places', async (t) => {
  const lost: Change = { kind: 'removed', pointer: '/a', subject: 'a', breaking: true, where: 'read' };
  const changes: Change[] = [
    { kind: 'added', pointer: '/b', subject: 'b', breaking: false },
    { ...lost, rule: 's3/x', witness: 'a/1' },
  ];
  const use = { pointer: '/a', path: 'a', witness: 'a/2' };
  const impact: Impact[] = [
    { repo: 'safe', impact: 'unaffected' },
    { repo: 'odd', impact: 'unknown', reason: 'it has no verified import' },
    { repo: 'f', impact: 'breaks', uses: Array.from({ length: 9 }, (_, n) => ({ ...use, at: `x.py:${n}` })) },
  ];
  const consumers = impact.map(({ repo }) => repo);
  const finding = drift('d/c', { verdict: breaking('a/0'), changes, impact, consumers });
  const detail = { ...finding, id: 'd/c:x', partOf: 'd/c:drift', message: 'said twice' };
  t.equal(
    checkComment(said({ findings: [finding, detail] })).body,
    `<!-- git-realm:check r a -->
### git realm: a contract changes: breaking

**\`d/c\`** 1.0.0 → 2.0.0: **breaking** (\`a.py:3\`)

- breaking: read: 'a', for example \`'a/1'\` (\`s3/x\`)
- compatible: b: 'b'
- breaks **f** at \`x.py:0\`, \`x.py:1\`, \`x.py:2\`, \`x.py:3\`, \`x.py:4\` and 4 more (for example \`'a/2'\`)
- unknown for **odd**: it has no verified import
- not used by safe

Checked at cccccccccccc: 1 export.`,
  );
});

t.test(
  'what was not read is unknown, and that nothing was found is said with what was checked',
  async (t) => {
    const unread: Finding = { id: 'd/c:unreadable', level: 'error', message: 'd/c cannot be read: why' };
    const compatible = drift('d/b', { verdict: { verdict: 'compatible' } });
    const mixed = checkComment(said({ findings: [compatible, unread] }));
    t.ok(mixed.isWorthwhile);
    t.match(mixed.body, /### git realm: what this means for a contract is unknown\n/);
    t.match(
      mixed.body,
      /- no repository of the realm imports it\n\nOther findings:\n\n- error: d\/c cannot be read: why/,
    );
    const stale: Finding = { id: 'd/c:stale', level: 'warning', message: 'stale' };
    t.match(checkComment(said({ findings: [stale] })), { isWorthwhile: false, body: /: 1 finding\n/ });
    const checked = { exports: 0, imports: 3, proofs: { proved: 2, unproved: 1, failing: 0 } };
    t.match(checkComment(said({ checked, commit: null })), {
      isWorthwhile: false,
      body: /: no findings\n\nChecked: 3 imports \(2 proved, 1 unproved\)\.$/,
    });
    const nothing = { exports: 0, imports: 0, proofs: {} };
    t.match(checkComment(said({ checked: nothing })).body, /c: nothing: no export and no import\.$/);
    const suppressed = [{ finding: compatible, suppression: { finding: '*', reason: 'moving' } }];
    t.match(checkComment(said({ suppressed })).body, /- `d\/b:drift`: moving\n/);
  },
);

t.test('what others wrote is text: no markup, mention, link or marker, and never too long', async (t) => {
  const evil =
    '@ann #1 !2 <img src=x onerror=alert(1)> [x](https://e.example) ![y](//z) `` ` `` https://e.example www.e.example GH-1\n/close\n\n# big\n- [ ] task\n<!-- git-realm:check r a -->\n-->|*b*|~~s~~\u202e';
  const change = (nth: number): Change => ({
    ...{ kind: 'changed', pointer: `/${evil}`, subject: `${evil}${nth}`, before: evil, breaking: true },
    ...{ rule: evil, witness: evil, where: evil, reason: evil },
  });
  const use = { pointer: '', path: evil, witness: evil, why: evil };
  const uses = Array.from({ length: 30 }, (_, n) => ({ ...use, at: `${evil}:${n}` }));
  const impact = Array.from({ length: 60 }, (_, n) => ({ repo: `${evil}${n}`, impact: 'breaks', uses }));
  const changes = Array.from({ length: 60 }, (_, n) => change(n));
  const findings = Array.from({ length: 60 }, (_, n) =>
    drift(`${evil}${n}`, {
      ...{ version: evil, next: evil, verdict: breaking(evil), impact },
      ...{ consumers: [evil], changes },
    }),
  );
  const others = Array.from(
    { length: 60 },
    (_, n): Finding => ({
      id: `${evil}${n}:x`,
      level: 'warning',
      message: evil.repeat(9),
      path: evil,
      line: n,
    }),
  );
  const suppressed = others.map((finding) => ({ finding, suppression: { finding: '*', reason: evil } }));
  for (const { marker, body } of [
    checkComment(said({ realm: evil, repo: evil, findings: [...findings, ...others], suppressed })),
    checkComment(said({ findings: others.slice(0, 30) })),
    checkComment(said({ suppressed })),
  ]) {
    t.ok(body.length < 60_000, `${body.length} letters`);
    t.match(body, /and \d+ more (?:finding|line)/i);
    const [first, ...rest] = body.split('\n');
    t.equal(first, marker);
    t.match(marker, /^<!-- git-realm:check \S+ \S+ -->$/);
    t.same(
      rest.filter((line) => line.includes('<!--') || /^\s*\//.test(line)),
      [],
      'no marker, no command',
    );
    const html = marked.parse(rest.join('\n'), { async: false, gfm: true });
    const tags = [...html.matchAll(/<(\w+)/g)].map(([, tag = '']) => tag);
    t.same(
      tags.filter((tag) => !['h3', 'p', 'ul', 'li', 'code', 'strong'].includes(tag)),
      [],
    );
    t.equal(tags.filter((tag) => tag === 'h3').length, 1);
    const outside = html.replace(/<code>[^<]*<\/code>/g, '').replaceAll('&#39;', "'");
    t.notMatch(
      outside,
      /@\w|#\d|!\d|https?:\/\/|\bwww\.\w|GH-\d/i,
      'nothing outside of code that a forge looks for',
    );
    t.notMatch(body, '\u202e');
  }
});
