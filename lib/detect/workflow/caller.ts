import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import { readData } from '../data/document.ts';
import { decode } from '../limits.ts';
import type { Named } from '../repository.ts';
import type { SourceFile } from '../types.ts';
import { typeOf } from './expressions.ts';

/** A file that calls, as it was read. */
export interface Caller {
  path: string;
  document: JsonObject;
  /** The line of a pointer, or of what it stands in. */
  line(pointer: string): number;
  /** The line of a text in the value at a pointer. */
  lineOfText(pointer: string, text: string): number;
}

/** A call that was found, wherever it leads. */
export interface FoundCall {
  repository: Named;
  pointer: string;
  use: JsonObject & { subject: string };
}

/** A file of GitHub or GitLab that may call something; or why it is none. */
export async function callerIn(file: SourceFile): Promise<Caller | { why: string; line: number }> {
  const text = decode(file);
  if (typeof text !== 'string') return text;
  try {
    const { value, lines } = await readData(file.path, text);
    // The documents after the header of a GitLab template are one pipeline.
    const list = Array.isArray(value) ? value : [value];
    const nth = list.findIndex(
      (item) => isObject(item) && ['jobs', 'runs', 'include'].some((key) => item[key] !== undefined),
    );
    const document = list[nth];
    if (!isObject(document))
      return { why: "it is not a workflow: it has no 'jobs', 'runs' or 'include'", line: 1 };
    const before = Array.isArray(value) ? `/${nth}` : '';
    const line = (pointer: string): number => {
      for (let at = before + pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
        const known = lines.get(at);
        if (known !== undefined || at === '') return known ?? 1;
      }
    };
    const rows = text.split('\n');
    return {
      ...{ path: file.path, document, line },
      lineOfText: (pointer, word) => {
        const from = line(pointer);
        const at = rows.slice(from - 1, from + MOST_ROWS).findIndex((row) => row.includes(word));
        return at < 0 ? from : from + at;
      },
    };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return {
      why: `it does not parse: ${error.message}`,
      line: Number(/line (\d+)/.exec(error.message)?.[1] ?? 1),
    };
  }
}

/** Rows of one text that are searched for an expression. */
const MOST_ROWS = 500;

/** What is passed, with what it is. A text is kept where it is a plain word: it may have to be one of some options. */
export const passesIn = (caller: Caller, value: JsonValue | undefined, at: string): JsonObject[] =>
  Object.entries(isObject(value) ? value : {}).map(([name, passed]) => ({
    ...{ name, is: typeOf(passed, caller.document), line: caller.line(`${at}/${pointerToken(name)}`) },
    ...(typeof passed === 'number' || typeof passed === 'boolean' || isWord(passed) ? { value: passed } : {}),
  }));

const isWord = (value: JsonValue): value is string =>
  typeof value === 'string' && /^[\w.:/@ +-]{0,60}$/.test(value);
