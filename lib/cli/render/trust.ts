import type { Signer, TrustShown } from '../../actions/approval/trust.ts';
import { inLines } from '../../visible.ts';

/** Whose signatures and logins count: one line each. */
export function trustText({ required, signers, logins }: TrustShown): string {
  const users = Object.entries(logins);
  return inLines([
    required ? 'every realm commit must be signed' : 'signatures are not required',
    ...signers.map(signerText),
    ...(signers.length === 0 ? ['no trusted keys yet: git realm trust allow <address> <key>'] : []),
    ...users.map(([login, person]) => `login ${login} stands for ${person}`),
  ]);
}

function signerText({ people, kind, key, from, until, problem }: Signer): string {
  if (problem !== null) return problem;
  const shown = key.length > 40 ? `${key.slice(0, 16)}…${key.slice(-16)}` : key;
  const within = [from && `from ${from}`, until && `until ${until}`].filter(Boolean).join(' ');
  return `${people.join(', ')}: ${kind} ${shown}${within === '' ? '' : ` (${within})`}`;
}
