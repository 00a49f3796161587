import type { Guide } from './annotations.ts';

/**
 * The bucket that the paths of a value are in (docs/design/formats.md): a name, which may hold a policy's wildcards; `null`, where it is
 * one that nobody knows; `undefined`, where each path starts with its own, or with `/` where that is
 * unknown; earlier versions wrote an unknown one as `{NAME}`.
 */
export type Bucket = string | null | undefined;

/** The bucket that a value's schema names for all its paths. */
export const bucketOf = (guide: Guide): Bucket => guide.annotation.bucket;

/**
 * A pattern with its bucket before it, so that paths of different buckets never meet. An unknown bucket becomes a policy
 * variable: equal to itself, perhaps equal to any other, and so `unknown` wherever the answer hangs on it. `owner` keeps
 * apart the unknown buckets of two repositories, which may use one name for two things. Undefined where the dialect
 * cannot say it: only `iam` has variables.
 */
export function inBucket(bucket: Bucket, pattern: string, dialect: string, owner = ''): string | undefined {
  if (bucket === null) return dialect === 'iam' ? `\${bucket:${owner}:?}/${pattern}` : undefined;
  if (bucket === undefined) {
    if (pattern.startsWith('/') && dialect === 'iam') return `\${bucket:${owner}:?}${pattern}`;
    const unknown = dialect === 'iam' ? /^[^/]*\{[^{}/$]{1,200}\}[^/]*(?=\/|$)/.exec(pattern) : null;
    if (!unknown || unknown[0].includes('$')) return pattern;
    const name = unknown[0].replace(/[{}]/g, '');
    return `\${bucket:${owner}:${name}}${pattern.slice(unknown[0].length)}`;
  }
  return `${dialect === 'glob' ? bucket.replace(/[\\*?[\]{}!+@(),]/g, '\\$&') : bucket}/${pattern}`;
}

/** A qualified pattern as a person reads it: with its bucket, or as the value has it where that is unknown. */
export const bucketShown = (pattern: string): string =>
  pattern.replace(/^\$\{bucket:[^:]*:([^{}]*)\}/, (_, name) => (name === '?' ? '' : `{${name}}`));
