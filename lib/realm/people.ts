/** Letters of ASCII alone: other alphabets have letters that fold to ASCII ones, and would be somebody else. */
export const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The same e-mail address? Case does not count, as mail has it in practice. */
export const samePerson = (a: string, b: string): boolean => asciiLower(a) === asciiLower(b);
