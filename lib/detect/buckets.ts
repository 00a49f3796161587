import { isObject, type JsonObject, type JsonValue } from '../json.ts';

/** A value's path patterns with their buckets in front: `fungal-data/jobs/*`. */
export interface QualifiedPaths {
  read: string[];
  write: string[];
  /** Paths whose bucket is not known: nothing that is said about them can be proved. */
  unknown: { access: 'read' | 'write'; path: string }[];
}

/**
 * Fully qualified patterns of a `{read, write}` value, for comparing a need with a grant: only patterns of the
 * same bucket can cover each other, and any `unknown` on the need's side makes the answer `unknown`. A schema with
 * `x-realm.bucket` gives the bucket of every path; null there means that it is not known; without it, each path starts
 * with its bucket, or with `/` where that is unknown. A brace is an unknown bucket too: earlier versions wrote it as `{NAME}`.
 */
export function qualifiedPaths(value: JsonValue, schema: JsonObject): QualifiedPaths {
  const rule = isObject(schema['x-realm']) ? schema['x-realm'] : {};
  const found: QualifiedPaths = { read: [], write: [], unknown: [] };
  if (!isObject(value)) return found;
  for (const access of ['read', 'write'] as const) {
    const list = Object.hasOwn(value, access) ? value[access] : undefined;
    for (const path of Array.isArray(list) ? list : []) {
      if (typeof path !== 'string') continue;
      const whole = qualify(path, rule);
      if (whole === undefined) found.unknown.push({ access, path });
      else if (!found[access].includes(whole)) found[access].push(whole);
    }
    found[access].sort();
  }
  return found;
}

function qualify(path: string, rule: JsonObject): string | undefined {
  if (Object.hasOwn(rule, 'bucket')) {
    const { bucket } = rule;
    return typeof bucket === 'string' && bucket !== '' && !bucket.includes('{')
      ? `${bucket}/${path}`
      : undefined;
  }
  const bucket = path.slice(0, path.indexOf('/'));
  return path.includes('/') && bucket !== '' && !bucket.includes('{') ? path : undefined;
}
