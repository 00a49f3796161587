import { RealmError } from '../errors.ts';
import { paths } from '../realm/kinds.ts';
import { signerLines, trustProblem } from '../realm/signers.ts';

/** The public key in a text: one ssh key, or an armoured gpg one. Throws `bad-key`. */
export function keyIn(
  name: string,
  text: string,
): { kind: 'ssh'; key: string } | { kind: 'gpg'; text: string } {
  const whole = text.replaceAll('\r\n', '\n').trim();
  if (/PRIVATE KEY/.test(whole))
    throw new RealmError('bad-key', `'${name}' is a private key, which must stay with its owner`, {
      hint: `use the public key: ${name}.pub`,
    });
  if (whole.startsWith('-----BEGIN PGP')) {
    const problem = trustProblem(`${paths.gpgKeys}a@b.asc`, `${whole}\n`);
    if (problem === null) return { kind: 'gpg', text: `${whole}\n` };
  }
  const [type = '', blob = ''] = whole.split(/\s+/);
  const [line] = signerLines(`a@b ${type} ${blob}`);
  if (!whole.includes('\n') && line?.problem === null) return { kind: 'ssh', key: line.key };
  throw new RealmError('bad-key', `'${name}' contains neither a public ssh key nor an armoured gpg key`, {
    hint: 'cat ~/.ssh/id_ed25519.pub, or gpg --armor --export <address>',
  });
}
