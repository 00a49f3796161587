import fc from 'fast-check';
import type { JsonValue } from '../../../lib/json.ts';

/** Texts that YAML readers trip over. */
export const nastyText: fc.Arbitrary<string> = fc.constantFrom(
  ...[
    '',
    ' ',
    'true',
    'No',
    '~',
    '1.0',
    '1e5',
    '0x1f',
    '1_000',
    '12:30',
    '.inf',
    '-',
    '- a',
    'a: b',
    'a #b',
    '#',
  ],
  ...[
    '&a',
    '*a',
    '!a',
    '|',
    '>',
    '%a',
    '@a',
    '`a',
    '{a}',
    '[a]',
    "'",
    '"',
    '\\',
    'a\nb',
    'a\n\nb\n',
    ' a\nb',
    'a\tb',
  ],
  ...[
    '\u0000',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\ud800',
    'é',
    '🚀',
    '---',
    '...',
    '? a',
    'a:',
    ':a',
    '<<',
    '__proto__',
  ],
  ...[
    'constructor',
    '2026-01-24',
    '1.2.3',
    'x'.repeat(1100),
    'a, b',
    'https://x/y?z=1',
    '=',
    'a\r\nb',
    '\ta\nb',
    'a \nb',
  ],
  ...[
    'a\n \nb',
    'a\n---\nb',
    '00',
    '08',
    '1a',
    '1e',
    '12e03',
    '=a',
    'null ',
    'a  b',
    'y',
    '+1',
    '-1',
    '.5',
    '0b1',
  ],
  ...['deadbeef', '1234e567', 'a\u00a0b', 'jobs/*/masks/*', '>=1.0.0', 'a@example.com', 'eric@host:x.git'],
);

export const anyText: fc.Arbitrary<string> = fc.oneof(
  nastyText,
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(nastyText, { maxLength: 3 }).map((parts) => parts.join(' ')),
);

/** Any JSON value, four levels deep at most, with hostile strings and keys. */
export const anyJson: fc.Arbitrary<JsonValue> = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    anyText,
    fc.constantFrom<JsonValue>(null, true, false, 0, -1, 1.5, 1e21, 1e-7, 123456789),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(anyText, tie('json'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<JsonValue>,
  ),
})).json;

/** The value with mappings as sorted lists of pairs, so that an own `__proto__` counts in a comparison. */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, comparable(member)]);
}
