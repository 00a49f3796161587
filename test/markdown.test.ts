import { marked } from 'marked';
import t from 'tap';
import { replaceBlock } from '../lib/change/block.ts';
import { markerIn } from '../lib/forge/embedded/index.ts';
import { code, inline, inMarker, linkOr, title } from '../lib/markdown.ts';

const HOSTILE = [
  '@everyone @org/team fixes #1 closes org/repo#2, resolves GH-3, fixes https://github.com/org/repo/issues/4',
  'www.evil.example <b>x</b> <!-- git-realm:end --> --> </details> <details> <img src=x onerror=alert(1)>',
  '![p](https://evil.example/p.png) [x](javascript:alert(1)) <https://evil.example> [^1] $x^2$ `code` ``` ~~~',
  '| a | b |\n|---|---|\n# heading\n- [ ] item\n```\nfence\n&lt;b&gt; &#64;who \u202e\u200b **bold** __bold__ ~~gone~~',
  '<!-- git-realm:notice a b c -->',
  '- item',
  '+ item',
  '1. item',
  '2) item',
  '=== x',
  '> quote',
  '    indented',
  '/close',
  '!7 %8 @who',
];

/** What GitHub, GitLab and bots would act upon, in the text that a reader sees. */
const ACTIVE = /(?<![\w&])@\w|#\d|\bGH-\d|:\/\/|www\.\w|[!%]\d/;
const MARKUP = /<(?!\/?p>|\/?code>)[a-z!/]/i;

t.test('text of others is text: no markup, mention, reference or marker comes out of it', async (t) => {
  for (const text of [...HOSTILE, HOSTILE.join(' ')]) {
    const out = inline(text);
    t.notMatch(out, /[\n\r]/, 'one line');
    t.notMatch(out.replaceAll('&#8203;', '\u0000'), ACTIVE, text);
    const html = marked.parse(out, { gfm: true }) as string;
    t.notMatch(html, MARKUP, `${text}: ${html}`);
    t.notMatch(html.replace(/&#8203;|\u200b/g, '\u0000'), ACTIVE, `rendered: ${html}`);
    const row = marked.parse(`| a | b |\n|---|---|\n| ${out} | end |`, { gfm: true }) as string;
    t.equal(row.match(/<td>/g)?.length, 2, 'in a table');
    t.notMatch(out, /<!--/);
    t.ok(out.length < 4000);
  }
  t.equal(
    inline('s3-access/s3-permissions 1.2.0, models/*/m1'),
    's3-access/s3-permissions 1.2.0, models/\\*/m1',
  );
});

t.test('between backticks nothing gets out', async (t) => {
  for (const text of [...HOSTILE, '`', '``x``', '', 'x`  @everyone **now** `', '{#aperture}']) {
    const html = marked.parse(`a ${code(text)} b`, { gfm: true }) as string;
    t.match(html, /^<p>a <code>[^<]*<\/code> b<\/p>\n$/, text);
    t.notMatch(code(text), /<!--|\{#/);
  }
  t.equal(code('feat/x'), '`feat/x`');
});

t.test('a title mentions, refers to and closes nothing', async (t) => {
  for (const text of HOSTILE) t.notMatch(title(text), /@\w|#\w|GH-\d|:\/\/|\n/, text);
  t.equal(title('feat: metrics'), 'feat: metrics');
});

t.test('a marker cannot be forged by what stands in it or beside it', async (t) => {
  t.equal(inMarker('s3-access/s3-permissions'), 's3-access/s3-permissions');
  t.notMatch(inMarker('x --> <!-- git-realm:notice \n\ud800'), /[\s<>]/);
  const marker = '<!-- git-realm:notice a/b c 1.0.0 -->';
  t.equal(markerIn(`${marker}\r\ntext`, '<!-- git-realm:notice a/b c '), marker);
  for (const body of [`> ${marker}`, `- ${marker}`, inline(marker), code(marker), `x ${marker}`])
    t.equal(markerIn(body, '<!-- git-realm:notice a/b c '), null, body);
  const block = replaceBlock(
    'by hand',
    `- ${inline('<!-- git-realm:end -->')} ${code('<!-- git-realm:end -->')}`,
  );
  t.equal(replaceBlock(block, 'next'), 'by hand\n\n<!-- git-realm:begin -->\nnext\n<!-- git-realm:end -->');
});

t.test('a link is a link, or it is not taken', async (t) => {
  t.equal(linkOr('https://github.com/org/repo/pull/1', 'x'), 'https://github.com/org/repo/pull/1');
  for (const url of [
    'javascript:alert(1)',
    'https://a/b) ![x](c',
    'https://a/-->',
    'https://u:p@a/b',
    7,
    null,
  ])
    t.equal(linkOr(url, 'x'), 'x');
});
