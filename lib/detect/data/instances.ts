import { RealmError } from '../../errors.ts';
import { atPointer, isObject, type JsonValue, pointerToken } from '../../json.ts';
import { sortUnresolved } from '../found-paths.ts';
import { decode } from '../limits.ts';
import type { Detector, DetectorOptions, Extraction, Part, SourceFile, Unresolved } from '../types.ts';
import { readData } from './document.ts';

/** Reads files, or a part of each, as instances of a schema: each document of a file is a use of it. */
export const instances: Detector = {
  name: 'instances',
  summary: 'JSON, YAML or TOML files that must be valid under a JSON Schema',
  roles: ['import'],
  options: ['pointer'],
  reads: (path) => /\.(?:json|jsonc|ya?ml|toml)$/i.test(path),
  triggers: () => true,
  extract,
};

async function extract(files: readonly SourceFile[], options: DetectorOptions): Promise<Extraction> {
  const pointer = pointerOption(options);
  const parts: Part[] = [];
  const unresolved: Unresolved[] = [];
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (!instances.reads(file.path)) continue;
    const no = (why: string, line = 1) =>
      unresolved.push({ path: file.path, line, what: 'the file', why, gap: true });
    const text = decode(file);
    if (typeof text !== 'string') {
      no(text.why, text.line);
      continue;
    }
    try {
      const { value, lines } = await readData(file.path, text);
      for (const [nth, at] of documentsOf(file.path, text, value).entries()) {
        const instance = atPointer(value, `${at}${pointer}`);
        if (instance === undefined) no(`there is nothing at ${pointer}`);
        else parts.push(useOf(file.path, nth, `${at}${pointer}`, instance, lines, parts.length));
      }
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      no(`it does not parse: ${error.message}`, Number(/line (\d+)/.exec(error.message)?.[1] ?? 1));
    }
  }
  const value = { uses: parts.map((part) => part.value) };
  return { value, schema: {}, parts, unresolved: sortUnresolved(unresolved) };
}

/** Where the documents of a file are in its value: a YAML file of several is read as a list. */
function documentsOf(path: string, text: string, value: JsonValue): string[] {
  const several =
    /\.ya?ml$/i.test(path) && /^---(?:\s|$)/m.test(text.replace(/^(?:\s|#[^\n]*\n)*---(?:\s|$)/, ''));
  return several && Array.isArray(value) ? value.map((_, at) => `/${at}`) : [''];
}

function useOf(
  path: string,
  nth: number,
  pointer: string,
  instance: JsonValue,
  lines: ReadonlyMap<string, number>,
  at: number,
): Part {
  const own = pointersIn(instance, pointer).map((place) => lines.get(place) ?? 1);
  const subject = nth === 0 ? path : `${path}#${nth + 1}`;
  return {
    pointer: `/uses/${at}`,
    value: { subject, instance, lines: own },
    ...{ path, line: own[0] ?? 1, how: 'an instance' },
  };
}

/** The pointers of a value and of all in it, each before what it holds. */
export function pointersIn(value: JsonValue, pointer: string): string[] {
  const found = [pointer];
  if (Array.isArray(value))
    for (const [at, item] of value.entries()) found.push(...pointersIn(item, `${pointer}/${at}`));
  else if (isObject(value))
    for (const [key, member] of Object.entries(value))
      found.push(...pointersIn(member, `${pointer}/${pointerToken(key)}`));
  return found;
}

function pointerOption({ pointer = '' }: DetectorOptions): string {
  if (typeof pointer === 'string' && (pointer === '' || pointer.startsWith('/'))) return pointer;
  throw new RealmError('detector-option', "option 'pointer' of instances must be a JSON pointer", {
    exitCode: 129,
    hint: '--with pointer=/spec',
  });
}
