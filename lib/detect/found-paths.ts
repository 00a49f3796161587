import { counted } from '../count.ts';
import type { Hole } from './evaluate/values.ts';
import { placeholderOf, unexpanded } from './placeholders.ts';
import { folded } from './preview/fold.ts';
import type { Access } from './s3/operations.ts';
import type { Extraction, Part, Unresolved } from './types.ts';

type Pieces = readonly (string | Hole)[];

/** One path that code touches or a policy grants. */
export interface FoundPath {
  access: Access;
  /** Undefined: no bucket is named at all (a grant on every bucket is the text `*`). */
  bucket: Pieces;
  key: Pieces;
  path: string;
  line: number;
  how: string;
  /** The call itself, where the key is handed in from another file. */
  call?: { path: string; line: number };
}

/** The bucket where it is known in full; `*` and `?` are a policy's own wildcards. */
const knownBucket = (finding: FoundPath): string | undefined =>
  finding.bucket.length > 0 && finding.bucket.every((part) => typeof part === 'string')
    ? finding.bucket.join('')
    : undefined;

/**
 * The value, schema and evidence for a set of findings: `{read, write}` of path patterns in the `iam`
 * dialect. One known bucket over all paths goes to `x-realm.bucket`; otherwise each path starts with its bucket, and with `/`
 * where that is unknown; where no bucket is known, paths stand alone and `x-realm.bucket` is null. No value holds source text:
 * a placeholder is `*`, or leaves a grant (`policy`) unresolved, which would be wider by it.
 */
export function pathsExtraction(
  findings: readonly FoundPath[],
  unresolved: readonly Unresolved[],
  sources: Iterable<string>,
  policy = false,
): Extraction {
  const open: Unresolved[] = [...unresolved];
  const usable: (FoundPath & { rendered: string; bucketName: string | undefined })[] = [];
  for (const raw of findings) {
    const finding = {
      ...raw,
      bucket: unexpanded(raw.bucket, policy),
      key: unexpanded(raw.key, policy),
    };
    const rendered = pattern(finding.key);
    const holes = finding.key.filter((part) => typeof part !== 'string');
    if (policy && holes.length > 0) {
      const why = `part of the pattern is unknown: ${holes.map((hole) => hole.why).join('; ')}`;
      open.push({ path: finding.path, line: finding.line, what: finding.how, why });
      continue;
    }
    if (!/[^*/?.]/.test(rendered) && holes.length > 0) {
      const why = [...new Set(holes.map((hole) => hole.why))].join('; ');
      open.push({
        ...callOf(finding),
        what: finding.how,
        why: `key known only at run time: ${why}`,
      });
      continue;
    }
    if (rendered === '') {
      const hole = finding.bucket.find((part) => typeof part !== 'string');
      open.push({
        ...callOf(finding),
        what: finding.how,
        why: hole ? `path known only at run time: ${hole.why}` : 'it names a bucket but no key',
      });
      continue;
    }
    const bucketName = knownBucket(finding);
    if (bucketName === undefined) {
      const hole = finding.bucket.find((part) => typeof part !== 'string');
      open.push({
        path: finding.path,
        line: finding.line,
        what: `bucket of '${rendered}' in ${finding.how}`,
        why: `the bucket is unknown: ${hole?.why ?? 'not specified'}`,
      });
    }
    usable.push({ ...finding, rendered, bucketName });
  }
  const known = new Set(usable.map((finding) => finding.bucketName));
  const [only] = known;
  const bare = known.size === 1;
  const parts: Part[] = usable.map((finding) => ({
    pointer: `/${finding.access}`,
    value: bare ? finding.rendered : `${finding.bucketName ?? ''}/${finding.rendered}`,
    path: finding.path,
    line: finding.line,
    how: finding.how,
    ...placeholdersIn(finding),
  }));
  const values = (access: Access): string[] =>
    [
      ...new Set(parts.filter((part) => part.pointer === `/${access}`).map((part) => String(part.value))),
    ].sort(byCodeUnit);
  const items = { type: 'array', items: { type: 'string' }, 'x-realm': { kind: 'paths', dialect: 'iam' } };
  return {
    value: { read: values('read'), write: values('write') },
    schema: {
      type: 'object',
      required: ['read', 'write'],
      properties: { read: structuredClone(items), write: structuredClone(items) },
      ...(bare ? { 'x-realm': { bucket: only ?? null } } : {}),
    },
    parts: unique(parts, (part) => [part.pointer, String(part.value), part.path, part.line, part.how]),
    unresolved: together(open),
    sources: [...new Set(sources)].sort(),
  };
}

/** So many patterns of one way to run a call stand side by side, whether or not one covers another. */
const FEW = 6;

/**
 * What one call may be asked where it is run in one way, each known in part: a pattern that another one covers says nothing more,
 * as where month and day each have a zero before them or have none. Few stay as they are, and so does what each caller gives:
 * somebody wrote each of them.
 */
export function withoutCovered(ways: readonly FoundPath[]): readonly FoundPath[] {
  if (ways.length <= FEW) return ways;
  const groups = new Map<string, Map<FoundPath, string>>();
  for (const way of ways) {
    const rendered = pattern(unexpanded(way.key));
    const key = JSON.stringify([way.access, knownBucket(way) ?? '\0']);
    if (rendered.includes('*')) groups.set(key, (groups.get(key) ?? new Map()).set(way, rendered));
  }
  const covered = new Set<FoundPath>();
  for (const group of groups.values()) {
    const patterns = [...new Set(group.values())];
    if (patterns.length <= FEW) continue;
    const kept = new Set(folded(patterns).map(({ path }) => path));
    for (const [way, rendered] of group) if (!kept.has(rendered)) covered.add(way);
  }
  return ways.filter((way) => !covered.has(way));
}

/** Where nothing is known of a key, the call that takes it is what somebody looks at. */
const callOf = ({ call, path, line }: FoundPath): { path: string; line: number } => call ?? { path, line };

/** Each entry once, in the order of path, line and text: the same whatever order the files came in. */
export const sortUnresolved = (entries: readonly Unresolved[]): Unresolved[] =>
  unique(entries, (entry) => [entry.path, entry.line, entry.what, entry.why]);

/** One entry for each thing at each place, with what stands in the way of it: code that is run in many ways has many reasons. */
function together(entries: readonly Unresolved[]): Unresolved[] {
  const groups = new Map<string, Unresolved[]>();
  for (const entry of sortUnresolved(entries)) {
    const key = JSON.stringify([entry.path, entry.line, entry.what]);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const more = others.length > 0 ? `, and ${counted(others.length, 'other reason')}` : '';
    return [{ ...first, why: `${first.why}${more}` }];
  });
}

/** A key as a pattern: each hole is `*`, and neighbouring stars are one. */
export function pattern(key: Pieces): string {
  const pieces = key.map((part) => (typeof part === 'string' ? part : '*'));
  return pieces
    .join('')
    .replace(/\*{2,}/g, '*')
    .replace(/^\/+/, '');
}

/** What stands in the code where the value has `*`, or no bucket. */
function placeholdersIn({ bucket, key }: FoundPath): Pick<Part, 'placeholders'> {
  const found = [...bucket, ...key].flatMap((piece) =>
    typeof piece === 'string' ? [] : (placeholderOf(piece) ?? []),
  );
  return found.length > 0 ? { placeholders: [...new Set(found)] } : {};
}

function unique<T>(entries: readonly T[], key: (entry: T) => (string | number)[]): T[] {
  const byKey = new Map<string, { sort: (string | number)[]; entry: T }>();
  for (const entry of entries) {
    const sort = key(entry);
    byKey.set(JSON.stringify(sort), { sort, entry });
  }
  return [...byKey.values()].sort((a, b) => compare(a.sort, b.sort)).map(({ entry }) => entry);
}

function compare(a: (string | number)[], b: (string | number)[]): number {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i], b[i]];
    if (x === y || x === undefined || y === undefined) continue;
    return typeof x === 'number' && typeof y === 'number' ? x - y : byCodeUnit(String(x), String(y));
  }
  return 0;
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
