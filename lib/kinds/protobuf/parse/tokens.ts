/** Tokens of one tree of files, at most: what people write in 16 MiB has about half of them. */
const MOST_TOKENS = 4_000_000;

/** One word, number, string or sign of a file; `text` of a string is what it says, of anything else what is written. */
export interface Token {
  kind: 'word' | 'number' | 'string' | 'sign' | 'end';
  text: string;
  line: number;
}

const SPACE = /[ \t\r\n\v\f]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\ufeff/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?/y;
const STRING = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y;

/** What reading may still take, for all files of a tree together. */
export interface Steps {
  left: number;
}

/** The steps that one tree of files may take. */
export const newSteps = (): Steps => ({ left: MOST_TOKENS });

/** The tokens of a `.proto` file, one at a time (Protocol Buffers language specification, "Lexical elements"). Throws `SyntaxError` with a line. */
export class Tokens {
  private at = 0;
  private line = 1;
  private ahead: Token | undefined;

  constructor(
    private readonly text: string,
    private readonly steps: Steps,
  ) {}

  peek(): Token {
    this.ahead ??= this.read();
    return this.ahead;
  }

  next(): Token {
    const token = this.peek();
    this.ahead = undefined;
    return token;
  }

  /** Takes the next token if it is this word or sign. */
  take(text: string): boolean {
    const { kind, text: found } = this.peek();
    if (found !== text || kind === 'string' || kind === 'end') return false;
    this.ahead = undefined;
    return true;
  }

  /** Takes it, or says what stands there instead. */
  expect(text: string): void {
    if (!this.take(text)) this.fail(`'${text}'`);
  }

  /** The next word. */
  word(what: string): string {
    if (this.peek().kind !== 'word') this.fail(what);
    return this.next().text;
  }

  /** One string, or several that stand next to each other. */
  string(what: string): string {
    if (this.peek().kind !== 'string') this.fail(what);
    let text = this.next().text;
    while (this.peek().kind === 'string') text += this.next().text;
    return text;
  }

  /** A whole number, signed or not. */
  integer(what: string): number {
    const sign = this.take('-') ? -1 : 1;
    const { kind, text } = this.peek();
    if (kind !== 'number' || !/^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text)) this.fail(what);
    this.next();
    return sign * integerOf(text);
  }

  fail(expected: string): never {
    const { kind, text, line } = this.peek();
    const found = kind === 'end' ? 'the end of the file' : `'${text.slice(0, 40)}'`;
    throw new SyntaxError(`expected ${expected}, found ${found} in line ${line}`);
  }

  private read(): Token {
    this.space();
    this.steps.left -= 1;
    if (this.steps.left < 0)
      throw new SyntaxError(`the files are too large to be read, in line ${this.line}`);
    const { line } = this;
    if (this.at >= this.text.length) return { kind: 'end', text: '', line };
    const word = this.match(WORD);
    if (word !== null) return { kind: 'word', text: word, line };
    const number = this.match(NUMBER);
    if (number !== null) return { kind: 'number', text: number, line };
    const string = this.match(STRING);
    if (string !== null) {
      this.count(string);
      return { kind: 'string', text: unescaped(string.slice(1, -1)), line };
    }
    const sign = this.text[this.at] ?? '';
    if (!'{}[]()<>;:,=.-+/'.includes(sign)) {
      const what = sign === '"' || sign === "'" ? 'a string that does not end' : `the character '${sign}'`;
      throw new SyntaxError(`${what} in line ${line}`);
    }
    this.at += 1;
    return { kind: 'sign', text: sign, line };
  }

  private space(): void {
    for (let found = this.match(SPACE); found !== null; found = this.match(SPACE)) this.count(found);
    if (this.text.startsWith('/*', this.at))
      throw new SyntaxError(`a comment that does not end in line ${this.line}`);
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.at = pattern.lastIndex;
    return found[0];
  }

  private count(text: string): void {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.line += 1;
  }
}

/** A leading zero makes it octal. */
const integerOf = (text: string): number =>
  /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);

const PLAIN: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** Bytes above 127 stay characters of that code, as in what `bytes` fields have for a default. */
const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(
        /\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
        (_, octal?: string, hex?: string, short?: string, long?: string, plain = '') =>
          octal !== undefined
            ? String.fromCharCode(Number.parseInt(octal, 8) & 255)
            : hex !== undefined
              ? String.fromCharCode(Number.parseInt(hex, 16))
              : short !== undefined || long !== undefined
                ? character(Number.parseInt(short ?? long ?? '', 16))
                : (PLAIN[plain] ?? plain),
      )
    : text;

const character = (code: number): string => (code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code));
