import t from 'tap';
import { bump, changelogLines, versionSatisfiesVerdict } from '../../lib/compat/version.ts';

t.test('bump', async (t) => {
  for (const [version, significance, next] of [
    ['1.3.0', 'breaking', '2.0.0'],
    ['1.3.0', 'unknown', '2.0.0'],
    ['1.3.0', 'compatible', '1.4.0'],
    ['1.3.9', 'described', '1.3.10'],
    ['1.3.0', 'equal', '1.3.0'],
    ['0.3.1', 'breaking', '0.4.0'],
    ['0.3.1', 'compatible', '0.3.2'],
    ['0.3.1', 'described', '0.3.2'],
    ['0.0.1', 'breaking', '0.1.0'],
    ['2.0.0-rc.1', 'breaking', '2.0.0'],
    ['1.4.0+build.5', 'compatible', '1.5.0'],
  ] as const) {
    t.equal(bump(version, significance), next, `${version} ${significance}`);
  }
  t.throws(() => bump('1.3', 'breaking'), {
    code: 'bad-version',
    message: "'1.3' is not a valid semantic version",
  });
});

t.test('a version by hand', async (t) => {
  t.same(versionSatisfiesVerdict('1.3.0', '2.0.0', 'breaking'), { ok: true });
  t.same(versionSatisfiesVerdict('1.3.0', '2.0.0-rc.1', 'breaking'), { ok: true });
  t.match(versionSatisfiesVerdict('1.3.0', '1.4.0', 'breaking'), {
    ok: false,
    minimum: '2.0.0',
    reason: 'the change is breaking: 1.4.0 is lower than 2.0.0',
  });
  t.match(versionSatisfiesVerdict('1.3.0', '1.9.0', 'unknown'), { ok: false, minimum: '2.0.0' });
  t.same(versionSatisfiesVerdict('1.3.0', '3.0.0', 'compatible'), { ok: true }, 'higher is a choice');
  t.match(versionSatisfiesVerdict('1.3.0', '1.3.0', 'compatible'), { ok: false, minimum: '1.4.0' });
  t.match(versionSatisfiesVerdict('1.3.0', '1.2.0', 'equal'), { ok: false });
  t.same(versionSatisfiesVerdict('1.3.0', '1.3.0', 'equal'), { ok: true });
  t.same(versionSatisfiesVerdict('0.3.0', '0.4.0', 'breaking'), { ok: true });
  t.same(versionSatisfiesVerdict('0.3.0', '1.0.0', 'described'), { ok: true });
  t.throws(() => versionSatisfiesVerdict('1.3.0', 'next', 'equal'), { code: 'bad-version' });
});

t.test('changelog lines', async (t) => {
  t.same(
    changelogLines([
      { kind: 'added', pointer: '/write', subject: 'training-metrics/experiments/*', breaking: false },
      { kind: 'removed', pointer: '/read', subject: 'jobs/*', breaking: true },
      { kind: 'changed', pointer: '/limits/time~1out', subject: 60, before: 30, breaking: true },
      { kind: 'added', pointer: '', subject: { a: 'x\u001b[31m' }, breaking: false },
      { kind: 'added', pointer: '', subject: 'two\nlines', breaking: false },
    ]),
    [
      'Added training-metrics/experiments/* (write)',
      'Removed jobs/* (read)',
      'Changed 30 to 60 (limits/time/out)',
      'Added {"a":"x\\u001b[31m"}',
      'Added two\ufffdlines',
    ],
  );
  const many = Array.from({ length: 120 }, (_, i) => ({
    kind: 'added' as const,
    pointer: '',
    subject: i,
    breaking: false,
  }));
  t.equal(changelogLines(many).at(-1), 'and 20 more changes');
});
