/** Forges turn line ends and cut what ends a text. */
export const sameText = (a: string, b: string): boolean => plain(a) === plain(b);

const plain = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();

/** A text that a forge takes whole. */
export const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
