import type { Hole } from '../evaluate/values.ts';

/** A text as the evaluator gives it: what is known, and holes. */
type Pieces = readonly (string | Hole)[];

/** Where a request goes. */
export interface Address {
  /** What stands before the path, as `HttpCall` has it. */
  base: string | null;
  template: string;
  /** Names in the query. */
  query: string[];
  /** The query's names are known completely. */
  isWhole: boolean;
}

/**
 * The address that a text is: base, path and the names in its query. `made`: what the client puts before it. Where no part of
 * the path is known, the reason.
 */
export function addressOf(pieces: Pieces, made: Pieces = []): Address | { why: string } {
  const path = bare(pieces);
  // What a client that is not known puts before an address that begins with what is not known says nothing.
  const isHeld =
    made.every((piece) => typeof piece !== 'string') && typeof path[0] !== 'string' && path.length > 1;
  const client = isHeld ? [] : made;
  if (path.length === 0 && client.length === 0) return { why: 'the address is empty' };
  const start = isAbsolute(path) ? authorityEnd(path) : client.length > 0 ? 0 : baseEnd(path);
  const base = isAbsolute(path) || client.length === 0 ? path.slice(0, start) : client;
  const [own, rest] = split(path, start);
  const { template, query, isWhole } = pathOf(rest);
  const inPath = /[{]/.test(template) || !(isAbsolute(path) || client.length > 0);
  const hole = inPath ? pieces.find((piece) => typeof piece !== 'string') : undefined;
  if (hole !== undefined && typeof hole !== 'string' && !/[^/{}*]/.test(template) && !isSegment(rest))
    return { why: `the address is only known at run time: ${hole.why}` };
  const before = own === '' ? base : [...base, own];
  const text = written(before).replace(/\/+$/, '');
  return { base: text === '' ? null : text, template, query, isWhole };
}

/** A text as the base of requests: `${NAME}` for what is not known; `null` for none. */
const written = (pieces: Pieces): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : `\${${piece.label}}`)).join('');

/** Without empty pieces and blanks around it. */
const bare = (pieces: Pieces): (string | Hole)[] => pieces.filter((piece) => piece !== '');

const isAbsolute = ([first]: Pieces): boolean =>
  typeof first === 'string' && /^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(first);

/** Whether something of the path is known to be there: a slash with a piece behind it. */
const isSegment = ([first, second]: Pieces): boolean =>
  typeof first === 'string' && /^\/[^/?#]*/.test(first) && (first.length > 1 || second !== undefined);

/** The piece in which the path of an absolute address begins. */
function authorityEnd(pieces: Pieces): number {
  const [first] = pieces;
  // `https://example.com` and then a path that is not known
  if (typeof first === 'string' && /^[^/]*\/\/[^/?#]*[a-z0-9]$/i.test(first)) return 1;
  const at = pieces.findIndex((piece, i) => {
    if (typeof piece !== 'string') return false;
    const text = i === 0 ? piece.replace(/^[^/]*\/\//, '') : piece;
    return /[/?#]/.test(text);
  });
  return at < 0 ? pieces.length : at;
}

/** The piece in which the path begins, where the address begins with what is not known. */
function baseEnd(pieces: Pieces): number {
  const [first, second] = pieces;
  if (first === undefined || typeof first === 'string') return 0;
  const scheme = schemeBehind(pieces);
  if (scheme !== '') {
    const found = pieces.findIndex(
      (piece, i) => typeof piece === 'string' && /[/?#]/.test(i === 1 ? piece.slice(scheme.length) : piece),
    );
    return found < 0 ? pieces.length : found;
  }
  // `${url}invoices`: a base that ends with a slash
  if (typeof second === 'string' && !/^[.:/?#]/.test(second)) return 1;
  const at = pieces.findIndex((piece) => typeof piece === 'string' && /[/?#]/.test(piece));
  return at < 0 ? pieces.length : at;
}

/** `://` or `//` behind a scheme that is not known: `${location.protocol}//${host}`. */
const schemeBehind = ([first, second]: Pieces): string =>
  typeof first === 'object' && typeof second === 'string' ? (/^:?\/\//.exec(second)?.[0] ?? '') : '';

/** What of a piece still belongs to the base, and the pieces of the path. */
function split(pieces: Pieces, start: number): [own: string, rest: Pieces] {
  const piece = pieces[start];
  if (piece === undefined) return ['', []];
  if (typeof piece !== 'string') return ['', pieces.slice(start)];
  const written = start === 0 && isAbsolute(pieces) ? (/^[^/]*\/\//.exec(piece)?.[0] ?? '') : '';
  const scheme = start === 1 ? schemeBehind(pieces) : written;
  const isBase = isAbsolute(pieces) || start > 1 || (start === 1 && /^[.:/?#]/.test(piece));
  const at = isBase ? piece.slice(scheme.length).search(/[/?#]/) : -1;
  // After what is not known a port or domain stands before the slash; a name without a slash belongs to the path.
  if (!isBase || at < 0) return ['', pieces.slice(start)];
  const end = scheme.length + at;
  return [piece.slice(0, end), [piece.slice(end), ...pieces.slice(start + 1)]];
}

/** Names of what may hold several segments, or a query with its question mark. */
const anyPath = /(?:path|url|uri|endpoint|route|suffix|rest|resource_?name)s?$/i;
const anyQuery = /(?:query|params|search|qs|querystring|query_string|filter|filters|options)$/i;

/** Names of what is a part of a segment, also without a slash before it. */
const anyPart = /(?:id|name|version|number|num|slug|key|ext|format|page)$/i;

/** The template of a path and the names in its query. */
function pathOf(pieces: Pieces): Omit<Address, 'base'> {
  let path = '';
  let tail = '';
  let isQuery = false;
  let isWhole = true;
  pieces.forEach((piece, i) => {
    if (typeof piece !== 'string') {
      if (isQuery) tail += HOLE;
      else if (i === pieces.length - 1 && /[a-z0-9}]$/i.test(path) && !anyPart.test(piece.label)) {
        if (anyQuery.test(piece.label)) isWhole = false;
        else path += '{*}';
      } else if (path === '') path += '{*}';
      else path += anyPath.test(piece.label) ? '{*}' : '{}';
      return;
    }
    const text = piece.split('#')[0] ?? '';
    const at = isQuery ? -1 : text.search(/\?/);
    if (isQuery) tail += text;
    else if (at < 0) path += text.replace(/\{[^{}]*\}/g, '{}');
    else {
      path += text.slice(0, at).replace(/\{[^{}]*\}/g, '{}');
      tail += text.slice(at + 1);
      isQuery = true;
    }
  });
  const query: string[] = [];
  for (const pair of tail.split('&').filter((piece) => piece !== '')) {
    const name = pair.split('=')[0] ?? '';
    if (name.includes(HOLE) || name === '') isWhole = false;
    else if (!query.includes(name)) query.push(decoded(name));
    // what is not encoded may hold further names, which nobody means
  }
  const template = `/${path}`.replace(/\/{2,}/g, '/');
  return { template, query, isWhole };
}

const HOLE = '\0';

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
