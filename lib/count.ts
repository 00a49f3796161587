/** `1 import`, `2 imports`: a number with its noun. `many` is the plural that is not made with an s. */
export const counted = (number: number, noun: string, many = `${noun}s`): string =>
  `${number} ${number === 1 ? noun : many}`;

/** The noun, or the verb, that goes with a number: `hook` with one, `hooks` with more or none. */
export const forCount = (number: number, word: string, many = `${word}s`): string =>
  number === 1 ? word : many;
