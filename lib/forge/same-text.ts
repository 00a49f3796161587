/** Forges turn line ends and cut what ends a text. */
export const sameText = (a: string, b: string): boolean => plain(a) === plain(b);

const plain = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();
