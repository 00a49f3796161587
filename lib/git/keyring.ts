import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';

/** A gpg home with these public keys and no others. */
export interface Keyring {
  home: string;
  /** Fingerprints of primary keys by their owner, as given. */
  owners: ReadonlyMap<string, readonly string[]>;
}

/** Import armoured keys, by owner, into a new gpg home. A key that gpg cannot read proves nothing. */
export async function makeKeyring(
  home: string,
  keys: ReadonlyMap<string, string>,
): Promise<Keyring | 'no gpg'> {
  await mkdir(home, { mode: 0o700 });
  const owners = new Map<string, string[]>();
  for (const [owner, armoured] of keys) {
    const shown = await gpg(home, ['--with-colons', '--show-keys'], armoured);
    if (shown === null) return 'no gpg';
    await gpg(home, ['--import'], armoured);
    owners.set(owner, primaryPrints(shown));
  }
  return keys.size === 0 && (await gpg(home, ['--version'], '')) === null ? 'no gpg' : { home, owners };
}

/** `fpr` after `pub`, not after a `sub` (gnupg, doc/DETAILS). */
function primaryPrints(colons: string): string[] {
  const lines = colons.split('\n').map((line) => line.split(':'));
  return lines.flatMap(([kind], at) => (kind === 'pub' ? (lines[at + 1]?.[9] ?? []) : []));
}

/** What gpg prints; `null` where there is none. */
function gpg(home: string, args: readonly string[], input: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn('gpg', ['--homedir', home, '--batch', '--no-tty', '--no-autostart', ...args], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const out: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', () => resolve(null));
    child.on('close', () => resolve(Buffer.concat(out).toString('utf8')));
  });
}
