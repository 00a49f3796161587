/** When an ssh certificate counts, ms since the epoch. */
export interface Validity {
  after: number;
  before: number;
}

/** Strings between the nonce and the serial number, by the kind of key (PROTOCOL.certkeys of OpenSSH). */
const KEY_FIELDS: Readonly<Record<string, number>> = {
  'ssh-rsa': 2,
  'ssh-dss': 4,
  'ssh-ed25519': 1,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ecdsa-sha2-nistp256': 3,
  'sk-ssh-ed25519': 2,
};

const CERTIFICATE = /^(.+)-cert-v\d\d@openssh\.com$/;

/**
 * The validity of the certificate that an armoured ssh signature was made by (PROTOCOL.sshsig); `null` for a plain key,
 * `'unreadable'` for what is neither. ssh-keygen judges a certificate by the date that the commit gives itself alone.
 */
export function certificateIn(armour: string): Validity | null | 'unreadable' {
  const bytes = Buffer.from(armour.replace(/-----[A-Z ]+-----/g, ''), 'base64');
  if (bytes.toString('latin1', 0, 6) !== 'SSHSIG') return 'unreadable';
  try {
    const certificate = reader(reader(bytes, 10).text());
    const type = certificate.text().toString('latin1');
    const [, key] = CERTIFICATE.exec(type) ?? [];
    if (key === undefined) return type.includes('-cert') ? 'unreadable' : null;
    const fields = Object.hasOwn(KEY_FIELDS, key) ? KEY_FIELDS[key] : undefined;
    if (fields === undefined) return 'unreadable';
    // The nonce comes first.
    for (let n = 0; n <= fields; n++) certificate.text();
    certificate.skip(8 + 4);
    certificate.text();
    certificate.text();
    return { after: certificate.seconds() * 1000, before: certificate.seconds() * 1000 };
  } catch {
    return 'unreadable';
  }
}

/** Fields of ssh's wire format (RFC 4251, 5). Throws `RangeError` past the end. */
function reader(bytes: Buffer, start = 0) {
  let at = start;
  return {
    text(): Buffer {
      const end = at + 4 + bytes.readUInt32BE(at);
      if (end > bytes.length) throw new RangeError('a field is truncated');
      const field = bytes.subarray(at + 4, end);
      at = end;
      return field;
    },
    skip(count: number): void {
      at += count;
    },
    seconds(): number {
      const value = bytes.readBigUInt64BE(at);
      at += 8;
      return Number(value);
    },
  };
}
