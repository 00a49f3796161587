import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { extract } from '../../lib/detect/index.ts';
import { RealmError } from '../../lib/errors.ts';
import { chooseKind } from '../../lib/kinds/choose.ts';
import { kindAsked, kindNamed } from '../../lib/kinds/index.ts';
import { forgetPlugins, plugInReader, pluginsBy } from '../../lib/kinds/plugged.ts';
import type { Content, Kind } from '../../lib/kinds/types.ts';
import { openPlugins } from '../../lib/plugins/index.ts';
import { nextVersion } from '../../lib/realm/next-version.ts';
import { allowKind, openIn, withProgram } from '../helpers/world/plugin.ts';

/** Answers `describe` as it has to, and anything else by `answer`, which sees `q`, the question. */
const program = (answer: string, before = ''): string => `#!/usr/bin/env python3
import json, os, sys, subprocess, time
def say(q, **answer):
    print(json.dumps({"version": 1, "id": q["id"], **answer}), flush=True)
${before}
for line in sys.stdin:
    q = json.loads(line)
    if q["do"] == "describe":
        say(q, name="x", summary="s", direction="agreed", readers=["r"], uses=["u"])
    else:
        ${answer}
`;

/** The error with which the kind fails, or the kind. */
async function kindOfProgram(t: Test, text: string, seconds?: number): Promise<Kind | RealmError> {
  const box = withProgram(t, 'x', text, false);
  allowKind(box, 'x', seconds);
  openIn(t, box);
  return kindAsked('x').catch((error) => {
    if (error instanceof RealmError) return error;
    throw error;
  });
}

const python = (text: string): string => `#!/usr/bin/env python3\nimport json, sys, time\n${text}\n`;
const described =
  '"version": 1, "id": 1, "name": "x", "summary": "s", "direction": "agreed", "readers": ["r"], "uses": ["u"]';

for (const [what, text, says] of [
  ['endless output', '#!/bin/sh\nyes | tr -d "\\n"\n', /answered with more than 8 MiB/],
  ['endless lines', '#!/bin/sh\nread q\nyes\n', /more than one line|not JSON/],
  ['one huge line', python(`sys.stdin.readline()\nprint("[" + "1," * 9000000)`), /more than 8 MiB/],
  ['no answer', '#!/bin/sh\nsleep 1000\n', /did not answer 'describe' within 3 s/],
  ['endless errors', '#!/bin/sh\nyes >&2\n', /did not answer 'describe' within 3 s/],
  ['a line that is not JSON', '#!/bin/sh\nread q\necho hello\n', /a line that is not JSON/],
  ['JSON that is no object', '#!/bin/sh\nread q\necho "[1]"\n', /does not support version 1/],
  ['another version', '#!/bin/sh\nread q\necho \'{"version":2,"id":1}\'\n', /does not support version 1/],
  [
    'the end without an answer',
    '#!/bin/sh\necho "no such module" >&2\nexit 1\n',
    /ended \(exit status 1\): no such module/,
  ],
  [
    'another question',
    `#!/bin/sh\nread q\necho '{${described.replace('"id": 1', '"id": 2')}}'\n`,
    /a different request/,
  ],
  [
    'another name',
    `#!/bin/sh\nread q\necho '{${described.replace('"x"', '"s3"')}}'\nsleep 9\n`,
    /has the name "s3"/,
  ],
  [
    'an unknown direction',
    `#!/bin/sh\nread q\necho '{${described.replace('agreed', 'both')}}'\nsleep 9\n`,
    /as 'direction'/,
  ],
  [
    'no readers',
    `#!/bin/sh\nread q\necho '{${described.replace('["r"]', '[]')}}'\nsleep 9\n`,
    /list of names/,
  ],
  [
    'a nest of lists',
    python(`sys.stdin.readline()\nprint('{${described}, "more": ' + '[' * 5000 + ']' * 5000 + '}')`),
    /nested too deeply/,
  ],
  [
    'control characters',
    '#!/bin/sh\nread q\nprintf \'{"version":1,"id":1,"error":"\\\\u001b[2J\\\\u202e::error::"}\\n\'\nsleep 9\n',
    /says: \\x1b\[2J\\u202e/,
  ],
  ['no interpreter', '#!/no/such/interpreter\n', /cannot be started|ended/],
] as const)
  t.test(`a program that gives ${what}: a clear error`, async (t) => {
    const found = await kindOfProgram(t, text, String(says).includes('within 3 s') ? 3 : undefined);
    t.match(found, { code: 'kind-failed', message: /^git-realm-kind-x / });
    t.match((found as RealmError).message, says);
    t.match((found as RealmError).hint, /the program is .*git-realm-kind-x/);
    t.equal(
      (await kindAsked('x').catch((error) => error)).message,
      (found as RealmError).message,
      'asked once',
    );
  });

const sides: [Content, Content] = [
  { value: [1], schema: {} },
  { value: [2], schema: {} },
];
const line = '"rule": "x/r", "subject": 1, "kind": "changed"';

for (const [what, answer, says] of [
  ['breaking without a change', 'verdict="breaking", changes=[]', /gives neither a change nor a reason/],
  [
    'breaking without witness or reason',
    `verdict="breaking", changes=[{${line}, "level": "breaking"}]`,
    /neither a witness nor a reason/,
  ],
  [
    'compatible beside a change that breaks',
    `verdict="compatible", changes=[{${line}, "level": "breaking", "reason": "r"}]`,
    /says 'compatible'/,
  ],
  [
    'compatible beside one that is unknown',
    `verdict="compatible", changes=[{${line}, "level": "unknown"}]`,
    /says 'compatible'/,
  ],
  ['compatible without a change', 'verdict="compatible", changes=[]', /says 'compatible'/],
  ['equal of what differs', 'verdict="equal", changes=[]', /contents that differ/],
  [
    'a rule of another kind',
    'verdict="compatible", changes=[{"rule": "s3/x", "subject": 1, "kind": "added", "level": "compatible"}]',
    /does not begin with 'x\/'/,
  ],
  ['unknown without a reason', 'verdict="unknown", changes=[]', /says 'unknown'/],
  ['no verdict', 'changes=[]', /as 'verdict'/],
  ['changes that are no list', 'verdict="compatible", changes="none"', /no list of objects/],
  ['an error', 'error="cannot"', /says: cannot/],
] as const)
  t.test(`compare answers ${what}: unknown, and so breaking`, async (t) => {
    const kind = (await kindOfProgram(t, program(`say(q, ${answer})`))) as Kind;
    const { verdict, changes } = await kind.compare(...sides);
    t.match(verdict, { verdict: 'unknown', reason: says });
    t.same(changes, []);
    const old = { name: 'c', kind: 'x', version: '1.2.0', value: [1], schema: {} };
    t.match(await nextVersion(old, { value: [2], schema: {} }), { breaking: true, version: '2.0.0' });
  });

const file = { path: 'a.txt', bytes: Buffer.from('one\ntwo\n') };

for (const [what, part, says] of [
  [
    'another file',
    '{"path": "/etc/passwd", "line": 1, "how": "h", "value": 1}',
    /a file that was not in the request/,
  ],
  ['no line', '{"path": "a.txt", "how": "h", "value": 1}', /names line undefined/],
  [
    'a line that the file does not have',
    '{"path": "a.txt", "line": 9, "how": "h", "value": 1}',
    /names line 9 of a.txt, which has 3/,
  ],
  ['no words', '{"path": "a.txt", "line": 1, "value": 1}', /as 'how'/],
] as const)
  t.test(`offer and use with evidence in ${what}: refused`, async (t) => {
    await kindOfProgram(t, program(`say(q, value=[1], parts=[${part}], uses=[${part}])`));
    for (const reader of ['x.r', 'x.u'])
      await t.rejects(extract(reader, [file]), { code: 'kind-failed', message: says }, reader);
  });

t.test('what it offers without evidence is nothing', async (t) => {
  await kindOfProgram(t, program('say(q, value=[1, 2, 3])'));
  t.match(await extract('x.r', [file]), { value: null, parts: [] });
});

t.test('a value that no file of a realm can hold is refused', async (t) => {
  await kindOfProgram(t, program('say(q, value="x" * 600000)'));
  await t.rejects(extract('x.r', [file]), { code: 'kind-failed', message: /a value of 600002 characters/ });
});

t.test('no program stands in for a kind that is built in', async (t) => {
  const box = withProgram(t, 's3', program('say(q, confidence="certain", reader="r", why="w")'));
  box.write('programs/git-realm-kind-s3', '#!/bin/sh\ntouch "$TMPDIR/ran"\nexit 1\n', 0o755);
  allowKind(box, 'gone');
  openIn(t, box);
  await t.rejects(chooseKind([{ path: 'notes.txt', bytes: Buffer.from('hello') }]), {
    code: 'not-recognised',
    hint: /kind 'gone' needs the program git-realm-kind-gone/,
  });
  await t.rejects(extract('s3.r', [file]), { code: 'detector-unknown' });
  await t.rejects(plugInReader('s3.r'), { code: 'kind-unknown' });
  t.notOk(existsSync(box.path('tmp', 'ran')));
});

t.test('a secret that it reads is refused as any reader is', async (t) => {
  const secret = `AKIA${'ABCDEFGHIJKLMNOP'}`;
  const part = `{"path": "a.txt", "line": 1, "how": "h", "value": "${secret}"}`;
  await kindOfProgram(t, program(`say(q, value=["${secret}"], parts=[${part}])`));
  await t.rejects(extract('x.r', [file]), { code: 'secret-refused' });
});

t.test('yes is not believed where nothing was seen, or something was not read', async (t) => {
  const kind = (await kindOfProgram(t, program('say(q, answer="yes")'))) as Kind;
  const extraction = { value: [], schema: {}, parts: [], unresolved: [] };
  const part = { pointer: '', value: 1, path: 'a.txt', line: 1, how: 'h' };
  t.match(await kind.cover(sides[0], { extraction, looked: 0, unread: null }), { answer: 'unknown' });
  const seen = { extraction: { ...extraction, parts: [part] }, looked: 1 };
  t.match(await kind.cover(sides[0], { ...seen, unread: 'a.txt:1: gone' }), {
    answer: 'unknown',
    why: 'a.txt:1: gone',
  });
  t.same(await kind.cover(sides[0], { ...seen, unread: null }), { answer: 'yes', looked: 1 });
});

t.test('no without anything missing is unknown', async (t) => {
  const kind = (await kindOfProgram(t, program('say(q, answer="no", missing=[])'))) as Kind;
  const part = { pointer: '', value: 1, path: 'a.txt', line: 1, how: 'h' };
  const extraction = { value: [], schema: {}, parts: [part], unresolved: [] };
  const answer = await kind.cover(sides[0], { extraction, looked: 1, unread: null });
  t.match(answer, { answer: 'unknown', why: /does not name anything missing/ });
});

t.test('a line that nobody asked for ends it', async (t) => {
  const text = program('say(q, verdict="unknown", reason="r")').replace(
    'uses=["u"])',
    'uses=["u"]); print("{}", flush=True); open(os.environ["TMPDIR"] + "/said", "w")',
  );
  const box = withProgram(t, 'x', text, false);
  allowKind(box, 'x');
  openIn(t, box);
  const kind = await kindAsked('x').catch((error) => error);
  if (kind instanceof RealmError) return t.match(kind.message, /more than one line/);
  // The program may be ended before it writes the file, so the wait has an end. Once it has written, the line is in
  // the pipe, and is read in the next round of events.
  for (let round = 0; round < 100 && !existsSync(box.path('tmp', 'said')); round++) await wait(20);
  await wait(100);
  const { verdict } = await kind.compare(...sides);
  return t.match(verdict, { verdict: 'unknown', reason: /wrote output without a request/ });
});

t.test('what it started ends with it', async (t) => {
  const start = `child = subprocess.Popen(["sh", "-c", "while sleep 0.1; do echo $$ > $TMPDIR/alive; done"])`;
  const box = withProgram(t, 'x', program('time.sleep(1000)', start), false);
  allowKind(box, 'x', 10);
  openIn(t, box);
  const kind = await kindAsked('x');
  t.match(await kind.compare(...sides), {
    verdict: { verdict: 'unknown', reason: /did not answer 'compare' within/ },
  });
  await box.run('rm', ['-f', box.path('tmp', 'alive')]);
  await wait(1000);
  t.notOk(existsSync(box.path('tmp', 'alive')), 'its child is gone');
  t.match(await kind.compare(...sides), { verdict: { verdict: 'unknown' } }, 'and it is not started again');
});

t.test(
  'one process answers all questions of a command, in an environment without tokens and git',
  async (t) => {
    const box = withProgram(
      t,
      'x',
      program('say(q, verdict="unknown", reason=json.dumps([os.getpid(), os.getcwd(), sorted(os.environ)]))'),
    );
    Object.assign(box.env, {
      GH_TOKEN: 'secret',
      GITHUB_TOKEN: 'secret',
      GIT_AUTHOR_NAME: 'x',
      MY_PASSWORD: 'secret',
    });
    openIn(t, box);
    const kind = await kindAsked('x');
    const all = await Promise.all([kind.compare(...sides), kind.compare(...sides), kind.compare(...sides)]);
    const said = all.map(
      ({ verdict }) => JSON.parse('reason' in verdict ? verdict.reason : '') as [number, string, string[]],
    );
    t.equal(new Set(said.map(([pid]) => pid)).size, 1);
    const [, directory, names] = said[0] ?? [0, '', []];
    t.equal(directory, '/');
    t.same(
      // The test runner gives every program NODE_OPTIONS.
      names.filter((name) => /TOKEN|PASSWORD|^GIT_|REALM/.test(name)),
      [],
    );
    t.ok(names.includes('PATH') && names.includes('HOME'));
  },
);

t.test('what the user allows counts from the next command of a process that goes on', async (t) => {
  const box = withProgram(t, 'x', program('say(q, verdict="unknown", reason="r")'), false);
  const open = (): void => pluginsBy(openPlugins(box.root, box.env));
  t.teardown(() => pluginsBy(undefined));
  open();
  await t.rejects(kindAsked('x'), { code: 'kind-not-allowed' });
  allowKind(box, 'x');
  await t.rejects(kindAsked('x'), { code: 'kind-not-allowed' }, 'asked once in a command');
  open();
  t.equal((await kindAsked('x')).name, 'x');
  forgetPlugins();
  t.equal(kindNamed('x'), undefined);
});
