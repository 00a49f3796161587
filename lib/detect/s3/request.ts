import type { Evaluator } from '../evaluate/evaluator.ts';
import type { Hole, Located, Value } from '../evaluate/values.ts';
import { type FoundPath, withoutCovered } from '../found-paths.ts';
import type { Access } from './operations.ts';

/** One thing that a call asks of S3, in the code's own expressions. */
export interface Request {
  access: Access;
  bucket?: Located | undefined;
  bucketValues?: Value[];
  key?: Located | undefined;
  keyValues?: Value[];
  /** The key is one of a list, which may be filled far from the call. */
  listed?: boolean;
  /** Every key that starts so; `all` where no prefix is given. */
  prefix?: Located | 'all';
  /** The prefix is a folder: keys go on behind a `/`. */
  folder?: boolean;
  /** A copy's source: `bucket/key`, `{Bucket, Key}` or an address. */
  source?: Located;
  /** The address is a prefix: everything under it. */
  under?: boolean;
  /** An `s3://` address, or `bucket/key` where `bare`. */
  uri?: Located;
  bare?: boolean;
  /** An address already taken apart. */
  address?: { bucket: Pieces; key: Pieces };
  /** Where the address is handed in, if not at the call. */
  handed?: Located | undefined;
  at: Located;
  how: string;
}

type Pieces = (string | Hole)[];

/** The findings that a request comes to: one for each combination of what its bucket and key may be. */
export function findingsOf(request: Request, e: Evaluator): FoundPath[] {
  const { source, address } = request;
  if (address) return [finding(request, address.bucket, address.key, request.handed ?? request.at)];
  if (source) return sourceFindings(request, source, e);
  if (request.uri) return uriFindings(request, request.uri, request.bare === true, e);
  const buckets = request.bucket ? e.texts(request.bucket) : valuesAsPieces(request.bucketValues ?? [], e);
  const found: FoundPath[] = [];
  const keys = keysOf(request, e);
  for (const bucket of buckets.length > 0 ? buckets : [[missing('bucket')]]) {
    for (const { pieces, at } of keys) found.push(finding(request, bucketName(bucket), pieces, at));
  }
  return [...withoutCovered(found)];
}

function keysOf(request: Request, e: Evaluator): { pieces: Pieces; at: Located }[] {
  const { prefix, key } = request;
  if (prefix === 'all') return [{ pieces: ['*'], at: request.at }];
  if (prefix) {
    const found = e.texts(prefix).map((pieces) => {
      const last = pieces.at(-1);
      const open = request.folder && pieces.length > 0 && !(typeof last === 'string' && last.endsWith('/'));
      return { pieces: [...pieces, open ? '/*' : '*'], at: e.origin(prefix) };
    });
    return isAbsent(prefix, e) ? [...found, { pieces: ['*'], at: e.origin(prefix) }] : found;
  }
  if (key) {
    const texts = e.texts(key);
    // A key that is nothing is one that nobody sees, unless it is one of a list.
    const seen = texts.length > 0 || request.listed ? texts : [[missing('key')]];
    return seen.map((pieces) => ({ pieces, at: placeOf(key, request, e) }));
  }
  const values = valuesAsPieces(request.keyValues ?? [], e);
  return (values.length > 0 ? values : [[missing('key')]]).map((pieces) => ({ pieces, at: request.at }));
}

/** Whether a prefix may be nothing at all, which lists every key; boto3 refuses that. */
const isAbsent = (prefix: Located, e: Evaluator): boolean =>
  prefix.module.language !== 'python' && e.evaluate(prefix).some(({ t }) => t === 'null');

/** Where a key is handed in; the call itself for one of a list that was filled before it. */
function placeOf(key: Located, { listed, at }: Request, e: Evaluator): Located {
  const handed = e.origin(key);
  const isBefore = handed.expr === key.expr && key.module === at.module && key.expr.at < at.expr.at;
  return listed && isBefore ? at : handed;
}

function sourceFindings(request: Request, source: Located, e: Evaluator): FoundPath[] {
  const bucket = e.entry(source, 'Bucket');
  const key = e.entry(source, 'Key');
  if (bucket || key) {
    const { source: _, ...rest } = request;
    return findingsOf({ ...rest, bucket, key }, e);
  }
  return uriFindings(request, source, true, e);
}

function uriFindings(request: Request, uri: Located, bare: boolean, e: Evaluator): FoundPath[] {
  return e.texts(uri).flatMap((pieces) => {
    const address = parseAddress(pieces, bare);
    if (!address) return [];
    const under = request.under && !hasWildcard(address.key) ? [...address.key, '*'] : address.key;
    const key = request.source ? withoutVersion(under) : under;
    return [finding(request, address.bucket, key, e.origin(uri))];
  });
}

/** Bucket and key of `s3://bucket/key`, an S3 ARN or (bare) `bucket/key`; undefined where the pieces are none. */
export function parseAddress(pieces: Pieces, bare: boolean): { bucket: Pieces; key: Pieces } | undefined {
  const first = pieces[0];
  const text = typeof first === 'string' ? first : '';
  const scheme = /^(?:s3[an]?:\/\/|arn:aws[\w-]*:s3:::|\/)/.exec(text)?.[0];
  if (scheme === undefined && !bare) return undefined;
  const rest: Pieces = [
    text.slice(scheme?.length ?? 0),
    ...(typeof first === 'string' ? pieces.slice(1) : pieces),
  ];
  const bucket: Pieces = [];
  while (rest.length > 0) {
    const piece = rest.shift();
    if (piece === undefined) break;
    const slash = typeof piece === 'string' ? piece.indexOf('/') : -1;
    if (typeof piece !== 'string' || slash < 0) {
      if (piece !== '') bucket.push(piece);
      continue;
    }
    if (slash > 0) bucket.push(piece.slice(0, slash));
    const key = [piece.slice(slash + 1), ...rest].filter((part) => part !== '');
    return { bucket, key };
  }
  return { bucket, key: [] };
}

/** The key of what is copied, without the version behind `?versionId=`. */
function withoutVersion(key: Pieces): Pieces {
  const at = key.findIndex((piece) => typeof piece === 'string' && piece.includes('?versionId='));
  const piece = key[at];
  return typeof piece === 'string'
    ? [...key.slice(0, at), piece.replace(/\?versionId=.*$/s, '')].filter(Boolean)
    : key;
}

/** A bucket given as an ARN or address is known by its name. */
function bucketName(pieces: Pieces): Pieces {
  const first = pieces[0];
  if (typeof first !== 'string' || !/^(?:arn:|s3[an]?:\/\/)/.test(first)) return pieces;
  return parseAddress(pieces, false)?.bucket ?? pieces;
}

function finding(request: Request, named: Pieces, inside: Pieces, at: Located): FoundPath {
  const { access, how } = request;
  const [bucket, key] = withoutPrefix(named, inside);
  const { path } = at.module;
  const { line } = at.expr;
  const call = { path: request.at.module.path, line: request.at.expr.line };
  const found: FoundPath = { access, bucket: untemplated(bucket), key: untemplated(key), path, line, how };
  return call.path === path ? found : { ...found, call };
}

/** A bucket's name has no slash: what follows one is the beginning of the key. */
function withoutPrefix(bucket: Pieces, key: Pieces): [bucket: Pieces, key: Pieces] {
  const slash = bucket.findIndex((piece) => typeof piece === 'string' && piece.includes('/'));
  const piece = bucket[slash];
  if (slash < 0 || typeof piece !== 'string' || (slash === 0 && piece.startsWith('/'))) return [bucket, key];
  const at = piece.indexOf('/');
  const name = [...bucket.slice(0, slash), piece.slice(0, at)];
  const prefix = [piece.slice(at + 1), ...bucket.slice(slash + 1)].filter((part) => part !== '');
  const last = prefix.at(-1);
  const isWhole = prefix.length === 0 || (typeof last === 'string' && last.endsWith('/'));
  return [name, [...prefix, ...(isWhole ? [] : ['/']), ...key]];
}

/** Templates of other tools in a text stand for something unknown: Airflow's and Jinja's `{{ ds }}`. */
function untemplated(pieces: Pieces): Pieces {
  return pieces.flatMap((piece): Pieces => {
    if (typeof piece !== 'string' || !piece.includes('{{')) return [piece];
    return piece
      .split(/(\{\{[^{}]*\}\})/)
      .filter((part) => part !== '')
      .map((part) =>
        part.startsWith('{{') ? { why: 'a template', label: part.replace(/[{}\s]+/g, '') } : part,
      );
  });
}

function valuesAsPieces(values: readonly Value[], e: Evaluator): Pieces[] {
  return e.piecesOf(values);
}

const hasWildcard = (key: Pieces): boolean =>
  key.some((piece) => typeof piece === 'string' && piece.includes('*'));

const missing = (what: string): Hole => ({ why: `no ${what} is specified`, label: what });
