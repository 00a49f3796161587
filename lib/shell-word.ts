/** A word as a person would type it into a POSIX shell: quoted where it must be. */
export const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : shellQuoted(word));

/** A word in single quotes. */
export const shellQuoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
