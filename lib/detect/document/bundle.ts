import { posix } from 'node:path';
import { FILES, leadsOut, NAMES, VALUES } from '../../compat/references.ts';
import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';

/** A document as it was read. */
export interface ReadDocument {
  path: string;
  text: string;
  value: JsonValue;
}

export interface Bundled {
  /** The root document with the files that it refers to inside, and its references led there. */
  document: JsonObject;
  /** The files of it, the root first. */
  files: ReadDocument[];
}

/**
 * A document of several files as one, which can be compared without knowing of files. References to files that are not
 * among those given stay as they are. `under`: where the other files are put.
 */
export function bundled(
  root: ReadDocument & { value: JsonObject },
  all: ReadonlyMap<string, ReadDocument>,
  under: string,
): Bundled {
  if (leadsOut(root.value).length === 0) return { document: root.value, files: [root] };
  const folder = posix.dirname(root.path);
  const inside = new Map<string, JsonValue>();
  const files: ReadDocument[] = [root];
  const added = new Set<string>([root.path]);
  const lead = ($ref: string, from: string): string => {
    const target = targetOf($ref, from);
    const file = target && all.get(target.path);
    if (!target || !file) return $ref;
    if (!added.has(file.path)) {
      added.add(file.path);
      files.push(file);
    }
    if (file.path === root.path) return `#${target.fragment}`;
    return `#/${under}/${pointerToken(posix.relative(folder, file.path))}${target.fragment}`;
  };
  const document = rewritten(root.value, root.path, lead) as JsonObject;
  // The list grows while the files in it are read.
  for (let at = 1; at < files.length; at++) {
    const file = files[at];
    if (file === undefined) continue;
    const value = rewritten(file.value, file.path, lead);
    inside.set(posix.relative(folder, file.path), under === FILES ? value : withoutIdentity(value));
  }
  if (inside.size === 0) return { document, files };
  const around = isObject(document[under]) ? document[under] : {};
  return { document: { ...document, [under]: { ...around, ...Object.fromEntries(inside) } }, files };
}

/** The files that a document refers to, of those given, itself not among them. */
export function referredTo(file: ReadDocument, all: ReadonlyMap<string, ReadDocument>): Set<string> {
  const paths = leadsOut(file.value).map((out) => pathOf(out.file, file.path));
  return new Set(
    paths.filter((path) => path !== undefined && path !== file.path && all.has(path)) as string[],
  );
}

/** The file that a reference leads to; undefined for one with a scheme. */
export const pathOf = ($ref: string, from: string): string | undefined => targetOf($ref, from)?.path;

/** Where a reference leads; undefined for one with a scheme, or to an anchor by name. */
function targetOf($ref: string, from: string): { path: string; fragment: string } | undefined {
  if (/^[a-z][a-z0-9+.-]*:|^\//i.test($ref)) return undefined;
  const [file = '', fragment = ''] = $ref.split('#', 2);
  if (fragment !== '' && !fragment.startsWith('/')) return undefined;
  let name = file;
  try {
    name = decodeURIComponent(file);
  } catch {
    // As it is written.
  }
  return { path: name === '' ? from : posix.join(posix.dirname(from), name), fragment };
}

/** A copy with every reference led elsewhere, the targets of a discriminator's mapping too. */
function rewritten(
  value: JsonValue,
  path: string,
  lead: ($ref: string, from: string) => string,
  areNames = false,
): JsonValue {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, path, lead));
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    let next: JsonValue = member;
    if (areNames || !VALUES.has(key)) {
      if (!areNames && key === '$ref' && typeof member === 'string') next = lead(member, path);
      else if (!areNames && key === 'discriminator' && isObject(member)) next = mapped(member, path, lead);
      else next = rewritten(member, path, lead, !areNames && NAMES.has(key));
    }
    Object.defineProperty(copy, key, { value: next, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

function mapped(
  discriminator: JsonObject,
  path: string,
  lead: ($ref: string, from: string) => string,
): JsonObject {
  const { mapping } = discriminator;
  if (!isObject(mapping)) return discriminator;
  const led = Object.entries(mapping).map(([value, target]): [string, JsonValue] => [
    value,
    // A plain name is that of a component.
    typeof target === 'string' && /[#/]|\.(json|ya?ml)$/.test(target) ? lead(target, path) : target,
  ]);
  return { ...discriminator, mapping: Object.fromEntries(led) };
}

/** A schema within another answers to where it is. */
function withoutIdentity(value: JsonValue): JsonValue {
  if (!isObject(value)) return value;
  const { $id: _id, id, $schema: _schema, ...rest } = value;
  return typeof id === 'string' || id === undefined ? rest : { ...rest, id };
}
