import type { GitObject } from './cat-file.ts';

/** Who, and when: one name, one address, seconds since the epoch and a time zone (git's fsck_ident). */
const WHO = /^[^<>]*[^<> ] <[^<>\s]+> (?:0|[1-9]\d{0,10}) [+-]\d{4}$/;
const BEFORE_DATE = /^[^<>]*[^<> ] <[^<>\s]+>[^<>]*$/;

/** An armoured signature, and nothing before or after it: what stands around it is not signed. */
const ARMOUR =
  /^-----BEGIN (SSH SIGNATURE|PGP SIGNATURE|PGP MESSAGE|SIGNED MESSAGE)-----\n[\x20-\x7e\n]+\n-----END \1-----\n?$/;

/**
 * Why a commit is not, byte for byte, one that git writes today, or `null`. The headers are `tree`, each `parent`, `author`,
 * `committer`, and at most one signature, in this order; programs that read others differently cannot be distinguished when a push is judged.
 */
export function commitOddity({ oid, bytes }: Pick<GitObject, 'oid' | 'bytes'>): string | null {
  const text = bytes.toString('utf8');
  if (bytes.includes(0)) return 'it has a NUL byte';
  if (!Buffer.from(text, 'utf8').equals(bytes)) return 'it is not UTF-8';
  const end = text.indexOf('\n\n');
  if (end < 0) return 'it has no empty line after its headers';
  const [tree = '', ...lines] = text.slice(0, end).split('\n');
  const hex = new RegExp(`^[0-9a-f]{${oid.length}}$`);
  if (!tree.startsWith('tree ') || !hex.test(tree.slice(5))) return "it does not begin with a 'tree' line";
  while (lines[0]?.startsWith('parent ')) {
    const parent = lines.shift() ?? '';
    if (!hex.test(parent.slice('parent '.length))) return "its 'parent' line does not name a commit";
  }
  for (const role of ['author', 'committer']) {
    const problem = whoProblem(role, lines.shift());
    if (problem !== null) return problem;
  }
  return lines.length === 0 ? null : afterWho(lines, oid.length === 64 ? 'gpgsig-sha256' : 'gpgsig');
}

function whoProblem(role: string, line: string | undefined): string | null {
  if (!line?.startsWith(`${role} `)) return `its ${role} line is not in the right place`;
  const value = line.slice(role.length + 1);
  if (WHO.test(value)) return null;
  return BEFORE_DATE.test(value)
    ? `its ${role} line does not end in a valid date: seconds since 1970, and a time zone`
    : `its ${role} line is not '<name> <address>'`;
}

/** Only a signature may follow. */
function afterWho(lines: readonly string[], signature: string): string | null {
  const [first = '', ...more] = lines;
  const next = more.find((line) => !line.startsWith(' '));
  const key = (line: string) => line.slice(0, Math.max(line.indexOf(' '), 0));
  for (const line of next === undefined ? [first] : [first, next]) {
    if (ONCE.includes(key(line)) || (line === next && key(line) === signature))
      return `it has a second '${key(line)}' line`;
    if (key(line) !== signature)
      return `it has a header '${key(line).slice(0, 40)}', which is not allowed in a realm`;
  }
  const armour = [first.slice(signature.length + 1), ...more.map((line) => line.slice(1))].join('\n');
  return ARMOUR.test(armour) ? null : 'its signature is not correctly armoured';
}

const ONCE: readonly string[] = ['tree', 'parent', 'author', 'committer'];
