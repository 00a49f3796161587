import { RealmError } from '../errors.ts';
import { isObject, type JsonValue } from '../json.ts';
import type { Extraction } from './types.ts';

const shapes: [name: string, shape: RegExp][] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['an AWS access key id', /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})/],
  ['a GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['a Slack token', /\bxox[abposr]-[A-Za-z0-9-]{10,}/],
  ['a Google API key', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['a Stripe key', /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['an API key', /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}/],
  ['a JSON web token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ['a URL with a password', /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{1,100}:[^\s:/@]{3,200}@/],
];

const secretName =
  /(?:^|[_\W]|(?<=[a-z]))(?:password|passwd|pwd|secret|secret_?key|api_?key|access_?key|private_?key|auth_?token|token|credentials?)$/i;

/** What kind of secret a text looks like, or undefined. `key` is the name it stands under. */
function secretKind(value: string, key = ''): string | undefined {
  for (const [name, shape] of shapes) if (shape.test(value.slice(0, 20_000))) return name;
  if (
    secretName.test(key) &&
    value.length >= 8 &&
    !/\s|^\$|\{|^<|^arn:|\/\//.test(value) &&
    entropy(value) > 2.5
  )
    return 'a password or token';
  if (/^[A-Za-z0-9+/_-]{40}={0,2}$/.test(value) && mixed(value) && entropy(value) > 4.2)
    return 'a key or token';
  return undefined;
}

/** Does a text look like a secret, or stand under a name of one? */
export const mayBeSecret = (value: string, key: string): boolean =>
  value !== '' && (secretName.test(key) || secretKind(value, key) !== undefined);

/** Throws `secret-refused`, naming file and line and never the value, where an extraction holds what looks like a secret. */
export function refuseSecrets(extraction: Extraction): void {
  const names = new Map<string, { path: string; line: number }>();
  for (const part of extraction.parts) names.set(part.pointer, part);
  for (const part of extraction.parts) {
    const found = find(part.value, part.pointer);
    if (found) refuse(found.kind, `${part.path}:${part.line}`, found.pointer);
  }
  const found = find(extraction.value, '');
  const near = names.get(found?.pointer ?? '') ?? extraction.parts[0];
  if (found) refuse(found.kind, near ? `${near.path}:${near.line}` : 'the value', found.pointer);
}

function refuse(kind: string, where: string, pointer: string): never {
  throw new RealmError('secret-refused', `${where}: the value at '${pointer}' looks like ${kind}`, {
    hint: 'keep secrets out of contracts: a realm is readable by all its members',
    data: { where, pointer, kind },
  });
}

function find(value: JsonValue, pointer: string): { kind: string; pointer: string } | undefined {
  if (typeof value === 'string') {
    const name = pointer.split('/').findLast((token) => !/^\d+$/.test(token)) ?? '';
    const kind = secretKind(value, name);
    return kind === undefined ? undefined : { kind, pointer };
  }
  const entries = Array.isArray(value) ? value.entries() : isObject(value) ? Object.entries(value) : [];
  for (const [key, inner] of entries) {
    const token = String(key).replaceAll('~', '~0').replaceAll('/', '~1');
    const kind = secretKind(String(key));
    if (kind !== undefined) return { kind, pointer };
    const found = find(inner, `${pointer}/${token}`);
    if (found) return found;
  }
  return undefined;
}

const mixed = (value: string): boolean => /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value);

/** Shannon entropy in bits per character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
