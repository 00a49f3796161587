import t from 'tap';
import { type ContractChanged, messageLine, readMessage } from '../../lib/session/message.ts';
import { parseSessions } from '../../lib/session/registry.ts';

const changed: ContractChanged = {
  version: 1,
  type: 'ContractChanged',
  from_repo: 'aperture',
  domain: 's3-access',
  contract: 's3-permissions',
  from: '1.0.0',
  to: '1.1.0',
  verdict: 'compatible',
  stage: 'draft',
  changes: ['Added training-metrics/*'],
  at: '2026-01-24T10:00:00Z',
};

t.test('every message comes back as it was sent, on one line', async (t) => {
  for (const message of [
    changed,
    { version: 1, type: 'SessionStarted', repo: 'aperture', rfc: null },
    { version: 1, type: 'SessionEnded', repo: 'org/aperture' },
    { version: 1, type: 'Ping' },
    { version: 1, type: 'Pong', repo: 'aperture', pid: 12 },
  ] as const) {
    const line = messageLine(message);
    t.equal(line.indexOf('\n'), line.length - 1);
    t.strictSame(readMessage(line), message);
  }
  t.ok(readMessage(JSON.stringify({ ...changed, later: 'more' })), 'keys of a later version are allowed');
});

t.test('anything else is no message', async (t) => {
  for (const line of [
    '',
    'null',
    '[]',
    '{',
    '{"version":2,"type":"Ping"}',
    '{"version":1,"type":"Exec"}',
    '{"version":1,"type":"SessionStarted"}',
    '{"version":1,"type":"SessionEnded","repo":"../x"}',
    JSON.stringify({ ...changed, changes: 'all' }),
    JSON.stringify({ ...changed, domain: '__proto__/..' }),
    JSON.stringify({ ...changed, at: undefined }),
    '['.repeat(100_000),
  ])
    t.equal(readMessage(line), null, line.slice(0, 60));
});

t.test('a long list of changes is cut, and says so', async (t) => {
  const line = messageLine({ ...changed, changes: Array.from({ length: 5000 }, () => 'x'.repeat(5000)) });
  t.ok(line.length < 20_000, `${line.length} characters`);
  t.match(readMessage(line), { changes: { length: 51, 50: 'and 4950 more' } });
});

t.test('a registry keeps what is sound', async (t) => {
  for (const text of ['', 'null', '{', '{"sessions":{}}', '{"sessions":[1,null,{"repo":"a"}]}'])
    t.strictSame(parseSessions(text), [], text);
  const text = '{"sessions":[{"repo":"a","socket":"/x.sock","pid":3},{"repo":"b","socket":"x","pid":-1}]}';
  t.match(parseSessions(text), [{ repo: 'a', pid: 3, kind: 'session', active_domains: [] }]);
});
