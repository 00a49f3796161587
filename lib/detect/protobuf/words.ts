/** One place where a word stands in code. */
interface Place {
  path: string;
  line: number;
}

/** The words of the code of a consumer, each with the first place where it stands. */
export class Words {
  /** In files that import generated code, as a member, a key or a named argument. */
  private readonly members = new Map<string, Place>();
  /** Anywhere else: it may be something else of that name. */
  private readonly others = new Map<string, Place>();
  /** Any word of files that import generated code. */
  private readonly named = new Map<string, Place>();

  add(path: string, text: string, usesStubs: boolean): void {
    for (const { word, line, isMember } of wordsIn(path, text)) {
      const place = { path, line };
      if (usesStubs && !this.named.has(word)) this.named.set(word, place);
      const to = usesStubs && isMember ? this.members : this.others;
      if (!to.has(word)) to.set(word, place);
    }
  }

  /** Where a type is named, by one of its names. */
  type(names: readonly string[]): Place | undefined {
    return first(this.named, names);
  }

  /** Where a member of one of these names is used; `perhaps` where the word may be something else. */
  member(names: readonly string[]): (Place & { perhaps?: true }) | undefined {
    const sure = first(this.members, names);
    if (sure !== undefined) return sure;
    const other = first(this.others, names);
    return other === undefined ? undefined : { ...other, perhaps: true };
  }
}

function first(words: ReadonlyMap<string, Place>, names: readonly string[]): Place | undefined {
  for (const name of names) {
    const place = words.get(name);
    if (place !== undefined) return place;
  }
  return undefined;
}

const SLASHES =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|(\/\/[^\n]*|\/\*[\s\S]*?\*\/)/g;
const HASH = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(#[^\n]*)/g;

/** Code without its comments, each line where it was. Text stays: a field may be named in it. */
export const withoutComments = (path: string, text: string): string =>
  text.replace(/\.py$/i.test(path) ? HASH : SLASHES, (all, comment?: string) =>
    comment === undefined ? all : comment.replace(/[^\n]/g, ' '),
  );

function* wordsIn(path: string, text: string): Generator<{ word: string; line: number; isMember: boolean }> {
  const code = withoutComments(path, text);
  const takesArguments = /\.(?:py|kt)$/i.test(path);
  let line = 1;
  let from = 0;
  for (const match of code.matchAll(/[A-Za-z_$][\w$]*/g)) {
    const at = match.index;
    for (let next = code.indexOf('\n', from); next >= 0 && next < at; next = code.indexOf('\n', from)) {
      line += 1;
      from = next + 1;
    }
    const [word] = match;
    const before = code.slice(Math.max(0, at - 3), at).trimEnd();
    const after = code.slice(at + word.length, at + word.length + 3).trimStart();
    const isMember =
      before.endsWith('.') ||
      (after.startsWith(':') && !after.startsWith(':=')) ||
      (takesArguments && /^=(?!=)/.test(after)) ||
      (/[{,]$/.test(before) && /^[},]/.test(after));
    yield { word, line, isMember };
  }
}
