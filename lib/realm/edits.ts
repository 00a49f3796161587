import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { editFile } from './edit.ts';
import type { FileKind } from './types.ts';

/** One change of a file's value, as data. A missing object or list on the way is made. */
export type Edit =
  | { op: 'set'; path: readonly (string | number)[]; value: JsonValue | undefined }
  | { op: 'delete'; path: readonly (string | number)[] }
  /** Behind the last item of a list. */
  | { op: 'append'; path: readonly (string | number)[]; value: JsonValue };

/** The text with the edits made, every other byte as it was. Throws what `editFile` throws. */
export const editText = (kind: FileKind, path: string, text: string, edits: readonly Edit[]): string =>
  editFile(kind, path, text, (draft) => {
    for (const edit of edits) apply(draft as unknown as JsonObject, edit);
  });

function apply(root: JsonObject, edit: Edit): void {
  let here: JsonObject | JsonValue[] = root;
  for (const [depth, key] of edit.path.slice(0, -1).entries()) {
    let next = read(here, key);
    if (!isObject(next) && !Array.isArray(next)) {
      next = typeof edit.path[depth + 1] === 'number' ? [] : {};
      write(here, key, next);
    }
    here = next;
  }
  const last = edit.path.at(-1) ?? '';
  if (edit.op === 'set') write(here, last, edit.value);
  else if (edit.op === 'append') {
    const list = read(here, last);
    write(here, last, [...(Array.isArray(list) ? list : []), edit.value]);
  } else if (!Array.isArray(here)) delete here[last];
  else here.splice(Number(last), 1);
}

function read(container: JsonObject | JsonValue[], key: string | number): JsonValue | undefined {
  if (Array.isArray(container)) return container[Number(key)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function write(
  container: JsonObject | JsonValue[],
  key: string | number,
  value: JsonValue | undefined,
): void {
  if (Array.isArray(container)) container[Number(key)] = value ?? null;
  else if (value === undefined) delete container[key];
  else container[key] = value;
}
