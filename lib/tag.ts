/**
 * Eight hexadecimal digits of a text (FNV-1a), to tell a few things apart that have a name in common; not for secrets, and so
 * without loading `node:crypto`.
 */
export function shortTag(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
