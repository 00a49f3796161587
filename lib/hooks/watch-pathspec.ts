/** What the hooks watch for one pathspec of an export: a superset of what it matches, and never an error of git's. */
export type Watched =
  | {
      kind: 'watch';
      /** For git, from the top of the work tree; no newline in them. */
      pathspecs: string[];
    }
  /** Takes away from what others match; the hooks do not take away. */
  | { kind: 'exclude' }
  /** Leads out of the repository, or is empty: nothing in it can be watched. */
  | { kind: 'outside' };

/** Translate a pathspec (gitglossary, "pathspec") into one that holds alone and in any environment. */
export function watchPathspec(raw: string): Watched {
  const parsed = parse(raw);
  if (parsed === undefined) return { kind: 'watch', pathspecs: [everything] };
  const { magic, pattern } = parsed;
  if (magic.has('exclude')) return { kind: 'exclude' };
  if (raw === '' || pattern.includes('\0') || leavesTop(pattern)) return { kind: 'outside' };
  if (pattern === '') return { kind: 'watch', pathspecs: [everything] };
  const literal = magic.has('literal') || !/[*?[\\]/.test(pattern);
  const icase = magic.has('icase') ? ['icase'] : [];
  if (!pattern.includes('\n')) {
    const how = magic.has('literal') ? ['literal'] : magic.has('glob') ? ['glob'] : [];
    return { kind: 'watch', pathspecs: [pathspec([...how, ...icase], pattern)] };
  }
  // The list has one entry a line: a wildcard stands in for the newline.
  if (!literal) return { kind: 'watch', pathspecs: [shorten(raw, 64)] };
  const escaped = pattern.replace(/[*?[\\]/g, '\\$&').replaceAll('\n', '?');
  return {
    kind: 'watch',
    pathspecs: [pathspec(['glob', ...icase], escaped), pathspec(['glob', ...icase], `${escaped}/**`)],
  };
}

/** The pathspec that matches exactly this path, or what lies under it. */
export const literalPathspec = (path: string): string => `:(top,literal)${path}`;

/** A wider pathspec: the directory in front of the first wildcard or newline, cut to so many components. */
export function shorten(raw: string, components: number): string {
  const parsed = parse(raw);
  if (parsed === undefined) return everything;
  const { magic, pattern } = parsed;
  const plain = magic.has('literal') ? /^[^\n]*/ : /^[^*?[\\\n]*/;
  const lead = (plain.exec(pattern)?.[0] ?? '').split('/').slice(0, -1).slice(0, components).join('/');
  if (lead === '') return everything;
  const literal = /[*?[\\]/.test(lead) ? ['literal'] : [];
  return pathspec([...literal, ...(magic.has('icase') ? ['icase'] : [])], lead);
}

const everything = ':(top)';

/** Without magic where it needs none: hooks run at the top of the work tree, and short lists are read faster. */
const pathspec = (magic: readonly string[], pattern: string): string =>
  magic.length === 0 && !pattern.startsWith(':') ? pattern : `:(${['top', ...magic].join()})${pattern}`;

/** Magic words and pattern; `undefined` for what this git would not understand. */
function parse(raw: string): { magic: Set<string>; pattern: string } | undefined {
  if (!raw.startsWith(':')) return { magic: new Set(), pattern: raw };
  if (raw.startsWith(':(')) {
    const [all, words = ''] = /^:\(((?:[^\\)]|\\.)*)\)/.exec(raw) ?? [];
    if (all === undefined) return undefined;
    const magic = new Set(words.split(',').filter((word) => word !== ''));
    // An attribute narrows the match: without it, more is watched.
    const known = [...magic].every((word) => /^(?:top|literal|glob|icase|exclude|attr:.*)$/.test(word));
    return known ? { magic, pattern: raw.slice(all.length) } : undefined;
  }
  const [all = '', signs = ''] = /^:([!^/]*):?/.exec(raw) ?? [];
  const magic = new Set(/[!^]/.test(signs) ? ['exclude'] : []);
  const pattern = raw.slice(all.length);
  return signs === '' && all === ':' && /^[^\w*?[\\./ -]/.test(pattern) ? undefined : { magic, pattern };
}

/** Absolute, or with more `..` than it has directories to leave. */
function leavesTop(pattern: string): boolean {
  if (pattern.startsWith('/')) return true;
  let depth = 0;
  for (const part of pattern.split('/')) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}
