import { type AST, visitRegExpAST } from '@eslint-community/regexpp';
import { CharSet } from 'refa';
import { charSet, maximum } from './sets.ts';

/** One instruction; `next` and `other` are indexes of instructions. */
export type Instruction =
  | { is: 'match' }
  | { is: 'char'; test: CharTest; next: number }
  /** Continues with `next`, and with `other` where that fails; inside of these rounds, which must take something. */
  | { is: 'split'; next: number; other: number; rounds: readonly number[] }
  | { is: 'assert'; at: 'start' | 'end' | 'boundary' | 'inside'; next: number }
  /** Whether another program matches here, forwards or backwards. */
  | { is: 'look'; program: Program; negated: boolean; next: number }
  | { is: 'save'; slot: number; next: number }
  /** A loop forgets what its groups held as each round begins. */
  | { is: 'forget'; from: number; to: number; next: number }
  /** A round that took nothing is none. */
  | { is: 'moved'; slot: number; next: number }
  | { is: 'again'; groups: readonly number[]; next: number };

/** What `Run` carries out. */
export interface Program {
  /** How many places a run keeps: two for the match, two for each group that somebody asks for, one for each loop. */
  slots: number;
  code: readonly Instruction[];
  start: number;
  backwards: boolean;
  /** How deep rounds that must take something stand in one another. */
  depth: number;
  groups: readonly { name: string; slot: number }[];
  /** It compares with what was matched before, so a place and an instruction do not tell what follows. */
  refersBack: boolean;
}

/** Why an expression is not compiled, in words that follow "it has" or "it is". */
export class Unsupported extends Error {}

/** Which characters are in a set, quick for ASCII. */
export class CharTest {
  readonly #ascii = new Uint8Array(128);

  constructor(readonly set: CharSet) {
    for (const { min, max } of set.ranges)
      for (let char = min; char <= max && char < 128; char++) this.#ascii[char] = 1;
  }

  has(char: number): boolean {
    return char < 128 ? this.#ascii[char] === 1 : this.set.has(char);
  }
}

const MAX_CODE = 10_000;
const MAX_DEPTH = 8;

/** A pattern's syntax tree as a program for `Run`. Throws `Unsupported`, and `RangeError` where it is nested too deeplyly. */
export function compile(ast: AST.Pattern, unicode: boolean): Program {
  return new Compiler(unicode).program(ast);
}

class Compiler {
  readonly #unicode: boolean;
  readonly #slotOf = new Map<AST.CapturingGroup, number>();
  #slots = 2;
  #rounds: readonly number[] = [];
  #depth = 0;
  readonly #looks: Program[] = [];
  #code: Instruction[] = [];
  #size = 0;
  #backwards = false;
  #refersBack = false;

  constructor(unicode: boolean) {
    this.#unicode = unicode;
  }

  program(ast: AST.Pattern): Program {
    const groups: Program['groups'][number][] = [];
    visitRegExpAST(ast, {
      onCapturingGroupEnter: (group) => {
        if (group.name === null && group.references.length === 0) return;
        if (isLookedAt(group)) throw new Unsupported('a group inside a look-around that is used outside it');
        this.#slotOf.set(group, this.#slots);
        if (group.name !== null) groups.push({ name: group.name, slot: this.#slots });
        this.#slots += 2;
      },
    });
    const own = { start: this.#whole(ast.alternatives), code: this.#code, backwards: false };
    const [slots, depth] = [this.#slots, this.#depth];
    for (const look of this.#looks) Object.assign(look, { slots, depth });
    return { ...own, slots, depth, groups, refersBack: this.#refersBack };
  }

  #whole(alternatives: readonly AST.Alternative[]): number {
    const match = this.#put({ is: 'match' });
    return this.#alternatives(alternatives, match);
  }

  #alternatives(alternatives: readonly AST.Alternative[], next: number): number {
    const starts = alternatives.map(({ elements }) => {
      const order = this.#backwards ? elements : [...elements].reverse();
      return order.reduce((at, element) => this.#element(element, at), next);
    });
    return starts.reduceRight((other, at) => this.#put(this.#split(at, other)));
  }

  #element(element: AST.Element, next: number): number {
    switch (element.type) {
      case 'Group':
        if (element.modifiers) throw new Unsupported('flags inside a pattern');
        return this.#alternatives(element.alternatives, next);
      case 'CapturingGroup':
        return this.#group(element, next);
      case 'Quantifier':
        return this.#quantifier(element, next);
      case 'Assertion':
        return this.#assertion(element, next);
      case 'Character':
        return this.#char(CharSet.fromCharacter(maximum(this.#unicode), element.value), next);
      case 'CharacterSet':
        if (element.kind === 'property' && element.strings) throw new Unsupported('a property of strings');
        return this.#char(charSet([element], this.#unicode), next);
      case 'CharacterClass': {
        if (element.unicodeSets) throw new Unsupported('a class with set notation');
        const set = charSet(element.elements, this.#unicode);
        return this.#char(element.negate ? set.negate() : set, next);
      }
      case 'Backreference':
        return this.#backreference(element, next);
      default:
        throw new Unsupported(element.type);
    }
  }

  #group(element: AST.CapturingGroup, next: number): number {
    const slot = this.#slotOf.get(element);
    if (slot === undefined) return this.#alternatives(element.alternatives, next);
    const close = this.#put({ is: 'save', slot: slot + 1, next });
    return this.#put({ is: 'save', slot, next: this.#alternatives(element.alternatives, close) });
  }

  #quantifier({ element, min, max, greedy }: AST.Quantifier, next: number): number {
    let at = next;
    if (max === Number.POSITIVE_INFINITY) {
      const loop = this.#put({ is: 'match' });
      this.#code[loop] = this.#choice(greedy, this.#round(element, loop), next);
      at = loop;
    } else {
      for (let n = min; n < max; n++) {
        const body: number = this.#round(element, at);
        at = this.#put(this.#choice(greedy, body, next));
      }
    }
    for (let n = 0; n < min; n++) at = this.#forgetful(element, at);
    return at;
  }

  #choice(greedy: boolean, body: number, next: number): Instruction {
    return greedy ? this.#split(body, next) : this.#split(next, body);
  }

  #split(next: number, other: number): Instruction {
    return { is: 'split', next, other, rounds: this.#rounds };
  }

  /** One round that may be left out: it has to take something. */
  #round(element: AST.QuantifiableElement, next: number): number {
    if (!mayBeEmpty(element)) return this.#forgetful(element, next);
    const slot = this.#slots++;
    const moved = this.#put({ is: 'moved', slot, next });
    const outer = this.#rounds;
    this.#rounds = [...outer, slot];
    this.#depth = Math.max(this.#depth, this.#rounds.length);
    if (this.#depth > MAX_DEPTH) throw new Unsupported('nested loops that may match the empty string');
    const body = this.#forgetful(element, moved);
    this.#rounds = outer;
    return this.#put({ is: 'save', slot, next: body });
  }

  /** Groups stand in the order of their slots, so those inside of an element are neighbours. */
  #forgetful(element: AST.QuantifiableElement, next: number): number {
    const body = this.#element(element, next);
    const inside = [...this.#slotOf].filter(([group]) => isWithin(group, element)).map(([, slot]) => slot);
    const [from, to] = [inside[0], inside.at(-1)];
    return from === undefined || to === undefined
      ? body
      : this.#put({ is: 'forget', from, to: to + 2, next: body });
  }

  #assertion(element: AST.Assertion, next: number): number {
    if (element.kind === 'word')
      return this.#put({ is: 'assert', at: element.negate ? 'inside' : 'boundary', next });
    if (element.kind !== 'lookahead' && element.kind !== 'lookbehind')
      return this.#put({ is: 'assert', at: element.kind, next });
    const [code, backwards, rounds] = [this.#code, this.#backwards, this.#rounds];
    this.#rounds = [];
    this.#code = [];
    this.#backwards = element.kind === 'lookbehind';
    const start = this.#whole(element.alternatives);
    const own = { code: this.#code, start, backwards: this.#backwards };
    this.#code = code;
    this.#backwards = backwards;
    this.#rounds = rounds;
    const program: Program = { ...own, slots: 0, depth: 0, groups: [], refersBack: false };
    this.#looks.push(program);
    return this.#put({ is: 'look', program, negated: element.negate, next });
  }

  #backreference(element: AST.Backreference, next: number): number {
    if (isLookedAt(element)) throw new Unsupported('a back-reference inside a look-around');
    this.#refersBack = true;
    const groups = [element.resolved].flat().flatMap((group) => this.#slotOf.get(group) ?? []);
    return this.#put({ is: 'again', groups, next });
  }

  #char(set: CharSet, next: number): number {
    return this.#put({ is: 'char', test: new CharTest(set), next });
  }

  #put(instruction: Instruction): number {
    if (++this.#size > MAX_CODE) throw new Unsupported('more than 10,000 steps written out');
    return this.#code.push(instruction) - 1;
  }
}

function mayBeEmpty(element: AST.Element): boolean {
  switch (element.type) {
    case 'Character':
    case 'CharacterSet':
    case 'CharacterClass':
      return false;
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives.some(({ elements }) => elements.every(mayBeEmpty));
    case 'Quantifier':
      return element.min === 0 || mayBeEmpty(element.element);
    default:
      return true;
  }
}

function isWithin(node: AST.Node, outer: AST.Node): boolean {
  for (let at: AST.Node | null = node; at !== null; at = at.parent) if (at === outer) return true;
  return false;
}

function isLookedAt(node: AST.Node): boolean {
  for (let at: AST.Node | null = node; at !== null; at = at.parent)
    if (at.type === 'Assertion' && (at.kind === 'lookahead' || at.kind === 'lookbehind')) return true;
  return false;
}
