import type { AST } from '@eslint-community/regexpp';
import { CharSet, JS } from 'refa';

type ClassElement = AST.CharacterSet | AST.CharacterClassElement;

/** The last character there is: a code point with the `u` flag, a UTF-16 unit without. */
export const maximum = (unicode: boolean): number => (unicode ? 0x10ffff : 0xffff);

/** The characters that elements of a class, or a set outside of one, stand for. Throws `TypeError` for sets of strings. */
export function charSet(elements: readonly ClassElement[], unicode: boolean): CharSet {
  let set = CharSet.empty(maximum(unicode));
  for (const element of elements) set = set.union(elementSet(element, unicode));
  return set;
}

function elementSet(element: ClassElement, unicode: boolean): CharSet {
  if (element.type === 'Character') return CharSet.fromCharacter(maximum(unicode), element.value);
  if (element.type === 'CharacterClassRange')
    return CharSet.fromRange(maximum(unicode), { min: element.min.value, max: element.max.value });
  if (element.type === 'CharacterSet' && element.kind === 'any') return named('any', false, unicode);
  if (element.type === 'CharacterSet' && element.kind !== 'property')
    return named(element.kind, element.negate, unicode);
  if (element.type === 'CharacterSet' && !element.strings) {
    const { key, value, negate } = element;
    return JS.createCharSet([{ kind: 'property', strings: false, key, value, negate }], { unicode });
  }
  throw new TypeError(`unexpected ${element.type} in a class`);
}

/** A pure memo of a dozen sets, by name. */
const namedSets = new Map<string, CharSet>();
function named(kind: 'any' | 'digit' | 'space' | 'word', negate: boolean, unicode: boolean): CharSet {
  const key = `${kind} ${negate} ${unicode}`;
  const known = namedSets.get(key);
  if (known) return known;
  const set = JS.createCharSet([kind === 'any' ? { kind } : { kind, negate }], { unicode });
  namedSets.set(key, set);
  return set;
}

/** What `\w` stands for, and what `\b` looks at. */
export const isWord = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) ||
  (unit >= 0x41 && unit <= 0x5a) ||
  (unit >= 0x30 && unit <= 0x39) ||
  unit === 0x5f;

/** The same as a set. */
export const wordSet = (): CharSet => named('word', false, true);
