import { RealmError } from '../../errors.ts';
import { atPointer, isObject, type JsonValue, pointerToken } from '../../json.ts';
import { sortUnresolved } from '../found-paths.ts';
import { decode } from '../limits.ts';
import { mergeValues, schemaOf } from '../literal/merge.ts';
import type { Detector, DetectorOptions, Extraction, Part, SourceFile, Unresolved } from '../types.ts';
import { type DataDocument, readData } from './document.ts';

/** Reads a JSON, YAML or TOML file, or the part of it that `pointer` names. */
export const data: Detector = {
  name: 'data',
  summary: 'a JSON, YAML or TOML file, or the part at a JSON pointer',
  roles: ['export'],
  options: ['pointer'],
  reads: (path) => /\.(?:json|ya?ml|toml)$/i.test(path),
  triggers: () => false,
  extract,
};

async function extract(files: readonly SourceFile[], options: DetectorOptions): Promise<Extraction> {
  const pointer = pointerOption(options);
  const found: { value: JsonValue; parts: Part[] }[] = [];
  const unresolved: Unresolved[] = [];
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const no = (why: string, line = 1) =>
      unresolved.push({ path: file.path, line, what: pointer || 'the file', why, gap: true });
    const text = decode(file);
    if (typeof text !== 'string') {
      no(text.why, text.line);
      continue;
    }
    try {
      const document = await readData(file.path, text);
      const value = atPointer(document.value, pointer);
      if (value === undefined) no('the pointer does not match anything in this file');
      else if (value === null && pointer === '' && !saysNull(text)) no('it is empty');
      else found.push({ value, parts: partsOf(value, pointer, document, file.path) });
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      no(`it does not parse: ${error.message}`, Number(/line (\d+)/.exec(error.message)?.[1] ?? 1));
    }
  }
  const value = mergeValues(found.map((entry) => entry.value));
  if (value === undefined && found.length > 0)
    unresolved.push({
      path: files[0]?.path ?? '',
      line: 1,
      what: 'the value',
      why: 'the files hold different values that cannot be joined',
    });
  return {
    value: value ?? null,
    schema: schemaOf(value ?? null),
    parts: found.flatMap((entry) => entry.parts),
    unresolved: sortUnresolved(unresolved),
  };
}

function pointerOption(options: DetectorOptions): string {
  const pointer = options.pointer ?? '';
  if (typeof pointer === 'string' && (pointer === '' || pointer.startsWith('/'))) return pointer;
  throw new RealmError('detector-option', `'pointer' is not a JSON pointer: ${JSON.stringify(pointer)}`, {
    hint: "for example '/paths/read'; omit it for the whole file",
  });
}

/** A part for each leaf: a list's elements under the list's pointer, everything else under its own. */
function partsOf(value: JsonValue, base: string, document: DataDocument, path: string): Part[] {
  const parts: Part[] = [];
  const line = (pointer: string): number => {
    for (let here = pointer; ; here = here.slice(0, here.lastIndexOf('/'))) {
      const known = document.lines.get(here);
      if (known !== undefined) return known;
      if (here === '') return 1;
    }
  };
  const walk = (inner: JsonValue, pointer: string): void => {
    const here = line(base + pointer);
    if (Array.isArray(inner)) {
      inner.forEach((item, i) => {
        if (isObject(item) || Array.isArray(item)) walk(item, `${pointer}/${i}`);
        else parts.push({ pointer, value: item, path, line: line(`${base}${pointer}/${i}`), how: 'data' });
      });
    } else if (isObject(inner)) {
      for (const [key, entry] of Object.entries(inner)) walk(entry, `${pointer}/${pointerToken(key)}`);
    } else parts.push({ pointer, value: inner, path, line: here, how: 'data' });
  };
  walk(value, '');
  return parts;
}

/** A null that is written there is one; a file without anything in it has none. */
const saysNull = (text: string): boolean => /(?:^|\s)(?:null|Null|NULL|~)\s*(?:#.*)?$/m.test(text);
