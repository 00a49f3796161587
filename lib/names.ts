import { parse as semverParse, validRange as semverValidRange } from './compat/semver.ts';
import { RealmError, usageError } from './errors.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type RealmName = Branded<'RealmName'>;
/** A repo's name, or `<org>/<name>` where two organisations use the same one. */
export type RepoName = Branded<'RepoName'>;
export type DomainName = Branded<'DomainName'>;
export type ContractName = Branded<'ContractName'>;
export type Oid = Branded<'Oid'>;
export type Email = Branded<'Email'>;
export type Version = Branded<'Version'>;
export type VersionRange = Branded<'VersionRange'>;
export type GitUrl = Branded<'GitUrl'>;
export type Pathspec = Branded<'Pathspec'>;

/** Longest name, in characters: with folder and suffix it stays below the 255 bytes of a file name. */
const MAX_NAME_LENGTH = 100;

/** A realm's name as any tool may have written it. Throws `bad-name`. */
export const realmName = (text: string): RealmName => name('realm', text) as RealmName;
/** A repo's name, qualified or not. Throws `bad-name`. */
export const repoName = (text: string): RepoName => qualified(text) as RepoName;
/** A domain's name as any tool may have written it. Throws `bad-name`. */
export const domainName = (text: string): DomainName => name('domain', text) as DomainName;
/** A contract's name. Throws `bad-name`. */
export const contractName = (text: string): ContractName => name('contract', text) as ContractName;
/** The name of a realm about to be made: kebab-case. Throws `bad-name`. */
export const newRealmName = (text: string): RealmName => kebab('realm', text) as RealmName;
/** The name of a domain about to be made: kebab-case. Throws `bad-name`. */
export const newDomainName = (text: string): DomainName => kebab('domain', text) as DomainName;

type Named = 'realm' | 'repo' | 'domain' | 'contract';

function name(what: Named, text: string): string {
  const wrong = wrongName(text);
  if (wrong === undefined) return text;
  const proposal = kebabName(text);
  throw new RealmError('bad-name', `${what} name ${quoted(text)} ${wrong}`, {
    hint:
      proposal === '' ? 'use letters, digits and -, for example s3-access' : `use a name such as ${proposal}`,
    data: { name: text },
  });
}

function qualified(text: string): string {
  const slash = text.indexOf('/');
  if (slash < 0) return name('repo', text);
  const parts = [text.slice(0, slash), text.slice(slash + 1)];
  for (const part of parts) {
    const wrong = wrongName(part);
    if (wrong === undefined) continue;
    throw new RealmError('bad-name', `repo name ${quoted(text)} ${wrong}`, {
      hint: 'use a name such as aperture, or org/aperture where two organisations use the same one',
      data: { name: text },
    });
  }
  return text;
}

function kebab(what: Named, text: string): string {
  name(what, text);
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)) return text;
  throw new RealmError('bad-name', `${what} name ${quoted(text)} is not kebab-case`, {
    hint: `use a name such as ${kebabName(text)}`,
    data: { name: text },
  });
}

/** What keeps a text from being a name, or nothing. The rule is that of `schemas/common.schema.json`. */
function wrongName(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (text.length > MAX_NAME_LENGTH)
    return `is ${text.length} characters long; ${MAX_NAME_LENGTH} are allowed`;
  if (/[\x00-\x1f\x7f-\x9f]/.test(text)) return 'has a control character';
  if (/[/\\]/.test(text)) return 'has a slash';
  if (!/^[A-Za-z0-9._-]*$/.test(text)) return 'has a character other than A-Z, a-z, 0-9, . _ and -';
  if (text.includes('..')) return "has '..'";
  if (!/^[A-Za-z0-9]/.test(text)) return `begins with '${text.charAt(0)}'`;
  if (text.endsWith('.lock')) return "ends in '.lock', which is reserved for git";
  return text.endsWith('.') ? "ends in '.'" : undefined;
}

/** The nearest kebab-case name, or '' when nothing of the text is left. */
export function kebabName(text: string): string {
  const words = text
    .slice(0, 400)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return (words ?? []).join('-').slice(0, MAX_NAME_LENGTH).replace(/-$/, '');
}

/**
 * Refuses a name that differs from an existing one in case only: on a file system that folds case both would be one file.
 * Throws `name-taken`; an equal name is the caller's to judge.
 */
export function refuseCaseTwin(what: Named, text: string, existing: Iterable<string>): void {
  const folded = text.toLowerCase();
  for (const other of existing) {
    if (other === text || other.toLowerCase() !== folded) continue;
    throw new RealmError('name-taken', `${what} name '${text}' differs from '${other}' only in case`, {
      hint: `use another name, or '${other}'`,
      data: { name: text, existing: other },
    });
  }
}

/**
 * A text as one component of a ref, whatever it holds: everything that `git check-ref-format` minds, and `%`, is
 * percent-encoded by its UTF-8 bytes. `fromRefSafe` takes it back.
 */
export function refSafe(text: string): string {
  let safe = '';
  for (const byte of new TextEncoder().encode(text)) {
    const char = String.fromCharCode(byte);
    safe += /[A-Za-z0-9._-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  // A dot may stand inside, but not first, last, doubled, or before a final `lock`.
  return safe === '' ? '%' : safe.replace(/^\.|\.(?=\.|$|lock$)/g, '%2E');
}

/** What `refSafe` made the component from. Throws `bad-ref` for what it cannot have made. */
export function fromRefSafe(component: string): string {
  if (component === '%') return '';
  try {
    return decodeURIComponent(component);
  } catch (cause) {
    throw new RealmError('bad-ref', `ref component ${quoted(component)} is not percent-encoded`, { cause });
  }
}

/** A full object id: 40 hexadecimal digits, or 64 in a SHA-256 repository. Throws `bad-oid`. */
export function oid(text: string): Oid {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return text as Oid;
  throw new RealmError('bad-oid', `${quoted(text)} is not an object id`);
}

export const isOid = (text: string): text is Oid => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

/** One e-mail address without a display name. Throws `bad-email`. */
export function email(text: string): Email {
  if (
    text.length <= 254 &&
    /^[^\s\x00-\x1f\x7f-\x9f<>@,;:"()[\]\\]+@[^\s\x00-\x1f\x7f-\x9f<>@,;:"()[\]\\]+$/.test(text)
  )
    return text as Email;
  throw new RealmError('bad-email', `${quoted(text)} is not an e-mail address`, {
    hint: 'for example eric@example.com',
  });
}

/** A version (semver 2.0.0), without a leading `v`. Throws a usage error. */
export function semverVersion(text: string): Version {
  const version = text.length <= 256 && /^\d/.test(text) ? semverParse(text) : null;
  if (version !== null && text === version.raw && !/\s/.test(text)) return text as Version;
  throw usageError(`${quoted(text)} is not a semver version`, 'for example 1.2.0');
}

/** A semver range as npm reads it. Throws a usage error. */
export function semverRange(text: string): VersionRange {
  if (text.trim() !== '' && text.length <= 256 && semverValidRange(text) !== null)
    return text as VersionRange;
  throw usageError(`${quoted(text)} is not a semver range`, "for example '>=1.0.0', '^1.2.0' or '1.x'");
}

/**
 * Where git may fetch from or push to: https, ssh, `git://`, `file://`, `user@host:path`, a path; http only on this machine.
 * Credentials are taken out, except the user name of ssh. Throws `bad-url`: transports that run a program (`ext::`), what git
 * would take for an option, control characters.
 */
export function gitUrl(text: string): GitUrl {
  const refuse = (why: string, hint?: string): RealmError =>
    new RealmError(
      'bad-url',
      `URL ${quoted(withoutCredentials(text))} ${why}`,
      hint === undefined ? {} : { hint },
    );
  if (text === '' || text.length > 4096)
    throw refuse(text === '' ? 'is empty' : 'is longer than 4096 characters');
  if (/[\x00-\x1f\x7f-\x9f]/.test(text)) throw refuse('has a control character');
  if (text.startsWith('-')) throw refuse("begins with '-'");
  if (/^[A-Za-z0-9+.-]*::/.test(text)) throw refuse('names a remote helper', 'use an https or ssh URL');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    const host = scpHost(text);
    if (host?.replace(/^.*@/, '').startsWith('-')) throw refuse("has a host that begins with '-'");
    return (host === undefined ? text : withoutCredentials(text)) as GitUrl;
  }
  if (!['https', 'http', 'ssh', 'git+ssh', 'ssh+git', 'git', 'file'].includes(scheme))
    throw refuse(`has the transport '${scheme}'`, 'use an https or ssh URL, or a path');
  if (scheme === 'file') return text as GitUrl;
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (host === '' || host.startsWith('-') || authority.startsWith('-')) throw refuse('has no host');
  if (/^[^[]*:(?!\d*$)/.test(host)) throw refuse('has a port that is not a number');
  if (scheme === 'http' && !/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host))
    throw refuse('would not be encrypted', `use https://${host}…`);
  return withoutCredentials(text) as GitUrl;
}

/**
 * The same where only a URL will do: a path means another directory on each machine. Throws `bad-url`.
 */
export function properUrl(text: string): GitUrl {
  const url = gitUrl(text);
  const host = scpHost(text);
  // One letter is a drive (git-clone(1) reads it so on Windows).
  const isUrl = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text) || (host !== undefined && host.length > 1);
  if (isUrl && !/\s/.test(text)) return url;
  throw new RealmError('bad-url', `${quoted(text)} is not a URL`, {
    hint: 'for example https://host/path, ssh://host/path or user@host:path',
  });
}

export function isGitUrl(text: string): boolean {
  try {
    return gitUrl(text) !== '';
  } catch {
    return false;
  }
}

/** The host of `user@host:path`, or nothing for a path. */
export function scpHost(text: string): string | undefined {
  const colon = text.indexOf(':');
  const slash = text.indexOf('/');
  return colon > 0 && (slash < 0 || colon < slash) ? text.slice(0, colon) : undefined;
}

/** The same URL without password, token or fragment; the user name stays where ssh needs it. Never throws. */
export function withoutCredentials(url: string): string {
  return url
    .replace(/^([^@/:]+):(?!\/\/)[^@/]*@/, '$1@')
    .replace(/^((?:git\+)?ssh(?:\+git)?:\/\/)([^/?#:@]*):[^/?#]*@/i, '$1$2@')
    .replace(/^((?!(?:git\+)?ssh(?:\+git)?:)[A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1')
    .replace(/([?&][\w-]*(?:token|password|passwd|secret|key|auth|sig|credential)[\w-]*=)[^&#]*/gi, '$1')
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^#]*)#.*$/i, '$1');
}

/** A directory that files of ours can name: on one line. Throws `bad-path` for a control character. */
export function directoryPath(text: string): string {
  if (!/[\x00-\x1f\x7f]/.test(text)) return text;
  throw new RealmError('bad-path', `directory ${quoted(text)} has a control character in its path`, {
    hint: 'rename it',
  });
}

const NOT_UTF8 = 'is not UTF-8, which is required in a realm: rename it, or specify its parent directory';

/**
 * A git pathspec relative to the root of one repository. Throws `bad-pathspec`: absolute paths, `..`, backslashes at the
 * start, control characters, bytes that are not UTF-8, and magic other than `:(glob)`, `:(literal)`, `:(icase)` and `:(exclude)`.
 */
export function pathspec(text: string): Pathspec {
  const refuse = (why: string): RealmError =>
    new RealmError('bad-pathspec', `path ${quoted(text)} ${why}`, {
      hint: "write it relative to the repository's root, for example src/paths.py",
    });
  if (text === '' || text.length > 4096)
    throw refuse(text === '' ? 'is empty' : 'is longer than 4096 characters');
  if (/[\x00-\x1f\x7f]/.test(text)) throw refuse('has a control character');
  // What node makes of bytes that are not UTF-8 names no file.
  if (/\ufffd/.test(text)) throw refuse(NOT_UTF8);
  const magic = /^:\(([a-z,]*)\)/.exec(text);
  if (text.startsWith(':') && !magic && !text.startsWith(':!'))
    throw refuse('has pathspec magic that is not allowed');
  const words = magic?.[1]?.split(',') ?? [];
  if (words.some((word) => !['glob', 'literal', 'icase', 'exclude'].includes(word)))
    throw refuse('has pathspec magic that is not allowed');
  const path = text.slice(magic?.[0].length ?? (text.startsWith(':!') ? 2 : 0));
  if (path === '') throw refuse('is empty');
  if (/^(?:[/\\~]|[A-Za-z]:[/\\])/.test(path)) throw refuse('is absolute');
  if (path.split(/[/\\]/).includes('..')) throw refuse('is outside the repository');
  if (/^\.git(?:[/\\]|$)/i.test(path)) throw refuse('is reserved for git');
  return text as Pathspec;
}

/** A text between quotes, shortened, with everything escaped that a terminal would act upon. */
function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return `'${short.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, (odd) => `\\u{${(odd.codePointAt(0) ?? 0).toString(16)}}`)}'`;
}
