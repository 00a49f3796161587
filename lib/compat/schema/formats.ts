import { fullFormats } from 'ajv-formats/dist/formats.js';

/**
 * The formats that are asserted here, as Ajv with ajv-formats does: for strings, for numbers, or accepting anything.
 * Any other format is nobody's to decide.
 */
export const knownFormats: ReadonlyMap<string, 'string' | 'number' | 'anything'> = new Map(
  Object.entries(fullFormats).map(([name, format]) => {
    if (format === true) return [name, 'anything'];
    return [
      name,
      typeof format === 'object' && 'type' in format && format.type === 'number' ? 'number' : 'string',
    ];
  }),
);

/**
 * Longest text that is looked at as `url`: the expression for it goes over a text again and again. All others take time that is
 * linear in the text.
 */
const MAX_URL = 2_000;

/** Whether a text is too long to check its format. */
export const isTooLong = (name: string, text: string): boolean => name === 'url' && text.length > MAX_URL;

/** Does the string have the format? `undefined`: it is too long to tell. */
export function hasFormat(name: string, text: string): boolean | undefined {
  if (isTooLong(name, text)) return undefined;
  const format = (fullFormats as Record<string, unknown>)[name];
  if (format instanceof RegExp) {
    format.lastIndex = 0;
    return format.test(text);
  }
  if (typeof format === 'function') return format(text) === true;
  if (typeof format === 'object' && format !== null && 'validate' in format) {
    const { validate } = format;
    if (validate instanceof RegExp) return validate.test(text);
    if (typeof validate === 'function') return validate(text) === true;
  }
  return false;
}

const day = '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])';
const anyTime = '[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([zZ]|[+-][0-9]{2}(:?[0-9]{2})?)';
const usualTime = '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?([zZ]|[+-](0[0-9]|1[0-4]):[0-5][0-9])';
const byte = '(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])';
const label = '[a-z0-9]+(-[a-z0-9]+)*';

/** A format as regular expressions. */
interface Language {
  /** No other string has the format, by any validator; absent where validators differ, or no expression says it. */
  all?: string;
  /** Strings that have the format as every validator sees it. */
  usual: string;
}

/** The formats that have a fixed shape (RFC 3339, 4122, 2673 and 4291), and what is usual of the others. */
const languages: Record<string, Language> = {
  date: { all: `^${day}$`, usual: `^${day}$` },
  time: { all: `^${anyTime}$`, usual: `^${usualTime}$` },
  'date-time': { all: `^${day}[tT\\s]${anyTime}$`, usual: `^${day}[tT]${usualTime}$` },
  uuid: {
    all: '^([uU][rR][nN]:[uU][uU][iI][dD]:)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
    usual: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
  },
  ipv4: { all: '^[0-9]{1,3}(\\.[0-9]{1,3}){3}$', usual: `^${byte}(\\.${byte}){3}$` },
  ipv6: { all: '^[0-9a-fA-F:.]{2,45}$', usual: '^([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}$' },
  email: { usual: `^[A-Za-z0-9_+]+([.-][A-Za-z0-9_+]+)*@${label}(\\.${label})+$` },
  hostname: { usual: `^${label}(\\.${label})*$` },
  uri: { usual: '^[a-z][a-z0-9+.-]*:(//[a-z0-9.-]+)?(/[A-Za-z0-9._~-]*)*$' },
};

export const languageOf = (name: string): Language | undefined =>
  Object.hasOwn(languages, name) ? languages[name] : undefined;

/** Does every string of the one format have the other (RFC 3986, section 4.1)? */
export const isPartOf = (name: string, other: string): boolean =>
  name === other || (name === 'uri' && other === 'uri-reference');

/** Strings to try where a format is asked for, the plainest first; one of them about as long as is asked for. */
export function samplesOf(name: string, length = 0): readonly string[] {
  const known = samples[name] ?? [];
  const room = Math.min(length, maxStretch) - (known[0]?.length ?? 0);
  const stretch = stretches[name];
  if (room <= 0 || !stretch) return known;
  return [...known, stretch('a'.repeat(room)), stretch('a'.repeat(room + 1))];
}

const maxStretch = 5_000;

/** Formats that have no greatest length, grown by some letters. */
const stretches: Record<string, (letters: string) => string> = {
  uri: (letters) => `a:b${letters}`,
  'uri-reference': (letters) => letters,
  'uri-template': (letters) => letters,
  url: (letters) => `http://a.bc/${letters}`.slice(0, Math.max(12, letters.length + 11)),
  email: (letters) => `a${letters}@b.co`,
  hostname: (letters) =>
    `a${letters.replace(/a{50}/g, (label) => `${label.slice(1)}.`)}a`.replace(/\.a$/, 'aa'),
  regex: (letters) => letters,
  'json-pointer': (letters) => `/${letters}`,
  'json-pointer-uri-fragment': (letters) => `#/${letters}`,
  'relative-json-pointer': (letters) => `0/${letters}`,
};

/** Strings that few formats accept, to try where a format is forbidden. */
export const misfits: readonly string[] = ['', 'a', '(', ' ', '%', '\\', '{', '0', '-', 'a b', '/~', '~'];

const samples: Record<string, readonly string[]> = {
  date: ['2020-01-01', '1999-12-31', '2024-02-29', '0001-01-01'],
  time: ['00:00:00Z', '23:59:59.5+01:00', '12:00:00.123456789Z'],
  'date-time': [
    '2020-01-01T00:00:00Z',
    '1999-12-31T23:59:59.999+01:00',
    '2020-01-01T00:00:00.123456789-12:30',
  ],
  'iso-time': ['00:00:00', '23:59:59Z'],
  'iso-date-time': ['2020-01-01T00:00:00', '2020-01-01T00:00:00Z'],
  duration: ['P1D', 'PT1S', 'P1Y2M3DT4H5M6S', 'P1W'],
  uri: ['a:b', 'http://a.b/', 'https://example.com/a?b=c#d', 'urn:x:y', 'mailto:a@b.co', 'ftp://a/b/c'],
  'uri-reference': ['', 'a', '/a', 'http://a.b/', '#a', '?a', '//a/b'],
  'uri-template': ['', 'a', '{a}', 'http://a.b/{c}'],
  url: ['http://a.bc', 'https://example.com/a?b=c', 'ftp://example.com/'],
  email: ['a@b.co', 'first.last+tag@sub.example.com', 'A1_@example.org'],
  hostname: ['a', 'a.b', 'example.com', 'a-b.example', '0'],
  ipv4: ['0.0.0.0', '127.0.0.1', '255.255.255.255', '10.1.2.3'],
  ipv6: ['::', '::1', '2001:db8::1', 'fe80::1:2:3:4', '::ffff:1.2.3.4'],
  regex: ['', 'a', '^a$', '[a-z]+', '.*'],
  uuid: [
    '00000000-0000-0000-0000-000000000000',
    '123e4567-e89b-12d3-a456-426614174000',
    'urn:uuid:123e4567-e89b-12d3-a456-426614174000',
  ],
  'json-pointer': ['', '/a', '/a/0', '/~0~1'],
  'json-pointer-uri-fragment': ['#', '#/a', '#/a/0'],
  'relative-json-pointer': ['0', '1/a', '0#'],
  byte: ['', 'YQ==', 'AAAA'],
};
