import { paths } from './kinds.ts';
import { asciiLower } from './people.ts';

/** One line of an allowed-signers file (ssh-keygen(1), ALLOWED SIGNERS), or why it is none. */
export interface SignerLine {
  /** Counted from 1. */
  line: number;
  principals: readonly string[];
  /** Options and key, as written. */
  rest: string;
  /** `null`: without end, or not yet given. */
  validAfter: number | null;
  validBefore: number | null;
  key: string;
  problem: string | null;
}

/** Read `trust/allowed_signers`; comments and empty lines are left out. Throws nothing. */
export function signerLines(text: string): SignerLine[] {
  return text.split('\n').flatMap((raw, at) => {
    const line = raw.trim();
    return line === '' || line.startsWith('#') ? [] : [signerLine(line, at + 1)];
  });
}

function signerLine(text: string, line: number): SignerLine {
  const [, quoted, bare, rest = ''] = /^(?:"([^"]*)"|([^\s"]+))\s+(.*)$/.exec(text) ?? [];
  const principals = (quoted ?? bare ?? '').split(',').filter(Boolean);
  const [, options = '', type = '', blob = ''] =
    /^(?:((?:[^\s"]|"[^"]*")+)\s+)?((?:ssh|ecdsa|sk)-[\w@.-]+)\s+([A-Za-z0-9+/]+=*)(?:\s.*)?$/.exec(rest) ??
    [];
  const found: SignerLine = {
    line,
    principals,
    rest,
    validAfter: null,
    validBefore: null,
    key: `${type} ${blob}`,
    problem: null,
  };
  if (principals.length === 0 || type === '')
    return { ...found, problem: "is not 'principals key-type key'" };
  if (!isKey(type, blob)) return { ...found, problem: `has no ${type} key` };
  for (const option of options.match(/(?:[^,"]|"[^"]*")+/g) ?? []) {
    const [, name = '', value] = /^([\w-]+)(?:="([^"]*)")?$/.exec(option) ?? [];
    const time = value === undefined ? null : timeOf(value);
    const known =
      (name.toLowerCase() === 'cert-authority' && value === undefined) ||
      (name.toLowerCase() === 'namespaces' && value !== undefined) ||
      (/^valid-(after|before)$/i.test(name) && time !== null);
    if (!known)
      return { ...found, problem: `has '${option}', which is not a valid option of an allowed signer` };
    if (/^valid-after$/i.test(name)) found.validAfter = time;
    if (/^valid-before$/i.test(name)) found.validBefore = time;
  }
  return found;
}

/** A key's own bytes begin with its type: a wrong or cut one does not (RFC 4253, 6.6). */
function isKey(type: string, blob: string): boolean {
  const bytes = Buffer.from(blob, 'base64');
  if (bytes.length < 4 + type.length || bytes.readUInt32BE(0) !== type.length) return false;
  let at = 0;
  while (at + 4 <= bytes.length) at += 4 + bytes.readUInt32BE(at);
  return at === bytes.length && bytes.toString('latin1', 4, 4 + type.length) === type;
}

/** `YYYYMMDD[Z]` or `YYYYMMDDHHMM[SS][Z]`; without a Z it is the zone of the reader, and taken as UTC here. */
function timeOf(text: string): number | null {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z?$/.exec(text) ?? [];
  if (year === undefined) return null;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? null : time;
}

/**
 * The lines by which this person may sign, under that address alone, for ssh-keygen to judge: a key that several people or a
 * pattern share proves each of them only as far as a line says. With `now`, keys that are over, or not valid yet, count for
 * nothing, whatever date the commit gives itself.
 */
export function signersOf(text: string, email: string, now: Date | null): string {
  return signerLines(text)
    .filter(({ problem, principals }) => problem === null && stands(principals, email))
    .filter(({ validAfter, validBefore }) => now === null || isWithin(now.getTime(), validAfter, validBefore))
    .map(({ rest }) => `${quotedPrincipal(email)} ${rest}\n`)
    .join('');
}

/** The same keys whatever the time: to tell one that is over from one that never counted. */
export const signersEver = (text: string, email: string): string =>
  signerLines(text)
    .filter(({ problem, principals }) => problem === null && stands(principals, email))
    .map(({ key }) => `${quotedPrincipal(email)} ${key}\n`)
    .join('');

const isWithin = (now: number, after: number | null, before: number | null): boolean =>
  (after === null || now >= after) && (before === null || now < before);

const quotedPrincipal = (email: string): string => `"${email.replace(/["*?!,\s]/g, '')}"`;

/** Does a list of patterns stand for the address (ssh_config(5), PATTERNS)? One that is negated rules out. */
function stands(principals: readonly string[], email: string): boolean {
  const matching = principals.filter((principal) =>
    fits(asciiLower(principal.replace(/^!/, '')), asciiLower(email)),
  );
  return matching.length > 0 && !matching.some((pattern) => pattern.startsWith('!'));
}

/** `*` stands for any text, `?` for one character. Never goes back further than the last `*`, so a hostile list is cheap too. */
function fits(pattern: string, text: string): boolean {
  let [at, place] = [0, 0];
  let star: { at: number; place: number } | undefined;
  while (place < text.length) {
    if (pattern[at] === '*') star = { at: at++, place };
    else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[place]))
      [at, place] = [at + 1, place + 1];
    else if (star === undefined) return false;
    else [at, place] = [star.at + 1, ++star.place];
  }
  return /^\**$/.test(pattern.slice(at));
}

/** The file with one more key for this person; the same text where it counts already. `until`: `YYYYMMDD`. */
export function withSigner(text: string, email: string, key: string, until: string | null): string {
  const options = until === null ? '' : ` valid-before="${until}Z"`;
  const line = `${email}${options} ${key}`;
  if (text.split('\n').includes(line)) return text;
  return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${line}\n`;
}

/** The file without this person's keys; a line that others share keeps them. */
export function withoutSigner(text: string, email: string): string {
  const mine = (principal: string) => asciiLower(principal) === asciiLower(email);
  const gone = signerLines(text).filter(({ principals }) => principals.some(mine));
  return text
    .split('\n')
    .flatMap((raw, at) => {
      const line = gone.find((signer) => signer.line === at + 1);
      if (line === undefined) return [raw];
      const left = line.principals.filter((principal) => !mine(principal));
      return left.length === 0 ? [] : [`${left.join(',')} ${line.rest}`];
    })
    .join('\n');
}

/** The owner of the gpg key in a file of `trust/gpg/`: its name says so, never the key, which names whom its maker likes. */
export const gpgKeyOwner = (path: string): string | undefined =>
  /^trust\/gpg\/([^/\s]+@[^/\s]+)\.asc$/.exec(path)?.[1];

/** Why a file that says who may sign is refused: the line is named. */
export function trustProblem(path: string, text: string): string | null {
  if (path === paths.allowedSigners) {
    const bad = signerLines(text).find(({ problem }) => problem !== null);
    return bad === undefined ? null : `'${path}' line ${bad.line} ${bad.problem}`;
  }
  if (!path.startsWith(paths.gpgKeys)) return null;
  if (gpgKeyOwner(path) === undefined) return `'${path}' is not '${paths.gpgKeys}<e-mail address>.asc'`;
  if (text.includes('PRIVATE KEY')) return `'${path}' contains a private key`;
  return ARMOUR.test(text) ? null : `'${path}' is not an armoured public key: gpg --armor --export <address>`;
}

const ARMOUR = /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n[\s\S]+\n-----END PGP PUBLIC KEY BLOCK-----\s*$/;

/** Could this person sign now, by what the files say? */
export const mayStillSign = (
  signers: string,
  gpgOwners: Iterable<string>,
  email: string,
  now: Date,
): boolean =>
  signersOf(signers, email, now) !== '' ||
  [...gpgOwners].some((owner) => asciiLower(owner) === asciiLower(email));
