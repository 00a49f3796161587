import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import t from 'tap';
import { renderFindings } from '../../lib/cli/findings.ts';
import { applySuppressions } from '../../lib/findings/suppress.ts';
import type { Finding } from '../../lib/findings/types.ts';

const stale: Finding = {
  id: 's3-access/s3-permissions:stale',
  level: 'error',
  message: "'s3-permissions' 1.4.0 is newer than the resolved 1.3.0",
  hint: 'git realm sync',
  path: 'cdk/a, b:c%.py',
  line: 31,
  data: { witness: 'training-metrics/x' },
};
const hostile: Finding = {
  id: 's3-access/evil:breaking',
  level: 'warning',
  message: 'path "<&>\'" is gone\n::error::forged\u001b[31m\u0000\ud800 100%',
};
const note: Finding = { id: 'd/c:drift', level: 'note', message: 'drift', path: 'src/ö b.ts' };
const all = [hostile, stale, note];

t.test('text', async (t) => {
  t.equal(
    renderFindings('text', [note, stale]),
    "cdk/a, b:c%.py:31: error: 's3-permissions' 1.4.0 is newer than the resolved 1.3.0 [s3-access/s3-permissions:stale]\n" +
      '  hint: git realm sync\nsrc/ö b.ts: note: drift [d/c:drift]\n',
  );
  t.notMatch(renderFindings('text', all), /\u001b/);
  t.equal(renderFindings('text', []), '');
});

t.test('github annotations', async (t) => {
  const lines = renderFindings('github', all).trimEnd().split('\n');
  t.equal(lines.length, 3, 'a message cannot forge a command of its own');
  t.match(
    lines[0],
    /^::warning title=s3-access\/evil%3Abreaking::path "<&>'" is gone\\n::error::forged.* 100%25$/,
  );
  t.equal(
    lines[1],
    "::error file=cdk/a%2C b%3Ac%25.py,line=31,title=s3-access/s3-permissions%3Astale::'s3-permissions' 1.4.0 is newer " +
      'than the resolved 1.3.0%0Agit realm sync',
  );
  t.equal(lines[2], '::notice file=src/ö b.ts,title=d/c%3Adrift::drift');
});

t.test('gitlab code quality', async (t) => {
  const report = JSON.parse(renderFindings('gitlab', [...all, stale]));
  t.match(report[1], {
    check_name: 'stale',
    severity: 'major',
    location: { path: 'cdk/a, b:c%.py', lines: { begin: 31 } },
  });
  t.match(report[0].location, { path: '.blue/config.yaml', lines: { begin: 1 } });
  t.equal(new Set(report.map((entry: { fingerprint: string }) => entry.fingerprint)).size, 4, 'each its own');
  const moved = JSON.parse(renderFindings('gitlab', [{ ...stale, line: 99, message: 'breaks in 3 days' }]));
  t.equal(moved[0].fingerprint, report[1].fingerprint, 'a moved line is the same finding');
});

t.test('junit parses', async (t) => {
  const xml = renderFindings('junit', all);
  const root = parseXml(xml);
  t.equal(root.name, 'testsuites');
  t.match(root.attributes, { tests: '3', failures: '1' });
  const cases = root.children[0]?.children ?? [];
  t.match(cases[1]?.attributes, { classname: 's3-access/s3-permissions', name: 'stale', line: '31' });
  t.match(cases[1]?.children[0], { name: 'failure', attributes: { type: 'stale', message: stale.message } });
  t.equal(cases[0]?.children[0]?.name, 'system-out');
  t.match(cases[0]?.children[0]?.text, /path "<&>'" is gone\\n::error::forged/);
  t.notMatch(xml, /[\u0000-\u0008\u000b-\u001f]/);
  t.match(parseXml(renderFindings('junit', [])).attributes, { tests: '1', failures: '0' });
});

t.test('sarif validates against its schema', async (t) => {
  const file = createRequire(import.meta.url).resolve(
    '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
  );
  // The schema is of draft 4 and uses none of what later drafts changed but the spelling of its id.
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  const suppression = { finding: '*', reason: 'migrating' };
  const log = JSON.parse(
    renderFindings('sarif', all, { version: '0.1.0', suppressed: [{ finding: note, suppression }] }),
  );
  t.ok(validate(log), JSON.stringify(validate.errors));
  t.match(log.runs[0].results[1], {
    ruleId: 'stale',
    level: 'error',
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'cdk/a%2C%20b%3Ac%25.py' }, region: { startLine: 31 } },
        logicalLocations: [{ fullyQualifiedName: 's3-access/s3-permissions' }],
      },
    ],
  });
  t.match(log.runs[0].results[3].suppressions, [{ kind: 'external', justification: 'migrating' }]);
  t.equal(log.runs[0].tool.driver.rules[log.runs[0].results[1].ruleIndex].id, 'stale');
  t.ok(validate(JSON.parse(renderFindings('sarif', []))), JSON.stringify(validate.errors));
  t.notOk(validate({ ...log, version: '2.0.0' }), 'the schema can say no');
});

t.test('suppressions', async (t) => {
  const now = new Date('2026-02-28T12:00:00Z');
  const apply = (...suppress: { finding: string; reason: string; until?: string }[]) =>
    applySuppressions([stale, note], suppress, now);
  t.match(apply({ finding: stale.id, reason: 'migrating', until: '2026-03-01' }), {
    findings: [note],
    suppressed: [{ finding: stale, suppression: { reason: 'migrating' } }],
  });
  t.match(apply({ finding: stale.id, reason: 'its last day', until: '2026-02-28' }).findings, [note]);
  t.match(apply({ finding: stale.id, reason: 'migrating', until: '2026-02-27' }).findings, [
    stale,
    note,
    { id: 's3-access/s3-permissions:expired-suppression', level: 'warning', message: /ended on 2026-02-27/ },
  ]);
  t.match(apply({ finding: stale.id, reason: ' ' }).findings, [
    stale,
    note,
    { id: /suppression-without-reason/ },
  ]);
  t.match(apply({ finding: stale.id, reason: 'x', until: 'soon' }).findings, [
    stale,
    note,
    { id: /invalid-suppression/ },
  ]);
  t.same(apply({ finding: '*:stale', reason: 'x' }).findings, [note]);
  t.same(apply({ finding: 's3-access/*', reason: 'x' }).findings, [note]);
  t.same(apply({ finding: '*', reason: 'x' }).findings, []);
  const detail: Finding = { id: 'd/c:value/changed', level: 'error', partOf: note.id, message: 'x became y' };
  const accepted = applySuppressions([note, detail, stale], [{ finding: note.id, reason: 'x' }], now);
  t.same(accepted.findings, [stale], 'who accepts a finding accepts what goes into its details');
  t.same(applySuppressions([note, detail], [{ finding: detail.id, reason: 'x' }], now).findings, [note]);
  t.same(
    apply({ finding: 's3-access/s3-permissions', reason: 'x' }).findings,
    [stale, note],
    'whole ids only',
  );
  t.same(
    apply({ finding: 'other:stale', reason: '', until: '2020-01-01' }).findings,
    [stale, note],
    'hits nothing',
  );
  t.match(
    apply({ finding: stale.id, reason: 'old', until: '2020-01-01' }, { finding: '*:stale', reason: 'new' })
      .findings,
    [note],
    'one that holds is enough',
  );
});

interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

/** A strict reader of the XML that a report may hold: what it does not know is an error. */
function parseXml(xml: string): Element {
  const decode = (text: string): string =>
    text.replace(/&(?:#(\d+)|(\w+));|&/g, (whole, code, name) => {
      if (code) return String.fromCodePoint(Number(code));
      const known: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
      const char = known[name];
      if (char === undefined) throw new Error(`unknown entity ${whole}`);
      return char;
    });
  const top: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  const token = /<\?xml[^?]*\?>|<\/([\w-]+)>|<([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)|</gy;
  for (const [whole, close, name, attributes = '', empty, text] of xml.matchAll(token)) {
    const here = open.at(-1);
    if (!here) throw new Error('closed too often');
    if (close) {
      if (here.name !== close) throw new Error(`</${close}> closes <${here.name}>`);
      open.pop();
    } else if (name) {
      const element: Element = { name, attributes: {}, children: [], text: '' };
      for (const [, key = '', value = ''] of attributes.matchAll(/([\w-]+)="([^"]*)"/g)) {
        element.attributes[key] = decode(value);
      }
      here.children.push(element);
      if (!empty) open.push(element);
    } else if (text) here.text += decode(text);
    else if (!whole.startsWith('<?')) throw new Error(`not well-formed at '${whole}'`);
  }
  if (open.length !== 1 || top.children.length !== 1) throw new Error('not one root');
  return top.children[0] as Element;
}
