import { isObject, type JsonValue } from '../../../json.ts';
import { decode } from '../../limits.ts';
import type { SourceFile, Unresolved } from '../../types.ts';
import { addressOf } from '../address.ts';
import type { Found, HttpCall } from '../types.ts';

/** The requests of such files; a file that is neither has none. */
export function fileCalls(files: readonly SourceFile[]): Found<HttpCall> {
  const found: HttpCall[] = [];
  const unresolved: Unresolved[] = [];
  for (const file of files) {
    const text = decode(file);
    if (typeof text !== 'string')
      unresolved.push({ path: file.path, line: text.line, what: 'the file', why: text.why, gap: true });
    else if (file.path.endsWith('.json')) pact(file.path, text, found, unresolved);
    else httpFile(file.path, text, found, unresolved);
  }
  return { found, unresolved };
}

const requestLine = /^\s*(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+(\S.*?)(?:\s+HTTP\/[\d.]+)?\s*$/;

function httpFile(path: string, text: string, found: HttpCall[], unresolved: Unresolved[]): void {
  const variables = new Map<string, string>();
  const lines = text.split(/\r?\n/);
  for (const line of lines) {
    const [, name, value] = /^\s*@([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) variables.set(name, value);
  }
  lines.forEach((line, i) => {
    const [, method, written] = requestLine.exec(line) ?? [];
    if (method === undefined || written === undefined) return;
    const address = addressOf(piecesOf(written, variables));
    const place = { path, line: i + 1, how: `${method} in a file of requests` };
    if ('why' in address) {
      unresolved.push({ path, line: i + 1, what: line.trim().slice(0, 80), why: address.why });
      return;
    }
    const { base, template, query, isWhole } = address;
    const sends = leaves(bodyAfter(lines, i));
    found.push({
      method,
      template,
      base,
      ...(query.length > 0 ? { query } : {}),
      ...(sends.length > 0 ? { sends } : {}),
      ...(isWhole ? { whole: ['query'] as const } : {}),
      ...place,
    } as HttpCall);
  });
}

/** `{{host}}/x` with what the file says of its variables, through one another a few times. */
function piecesOf(
  written: string,
  variables: ReadonlyMap<string, string>,
): (string | { why: string; label: string })[] {
  let text = written;
  for (let i = 0; i < 5; i++)
    text = text.replace(/\{\{\s*([\w-]+)\s*\}\}/g, (all, name) => variables.get(name) ?? all).slice(0, 5000);
  return text
    .split(/(\{\{[^{}]*\}\})/)
    .filter((piece) => piece !== '')
    .map((piece) =>
      piece.startsWith('{{') ? { why: 'a variable of the file', label: piece.slice(2, -2).trim() } : piece,
    );
}

/** The JSON body after the headers of a request, up to the next one. */
function bodyAfter(lines: readonly string[], at: number): JsonValue | undefined {
  const end = lines.findIndex((line, i) => i > at && /^###/.test(line));
  const block = lines.slice(at + 1, end < 0 ? undefined : end);
  const gap = block.findIndex((line) => line.trim() === '');
  return gap < 0
    ? undefined
    : parsed(
        block
          .slice(gap + 1)
          .join('\n')
          .replace(/\{\{[^{}]*\}\}/g, '0'),
      );
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function pact(path: string, text: string, found: HttpCall[], unresolved: Unresolved[]): void {
  const document = parsed(text);
  if (!isObject(document) || !Array.isArray(document.interactions)) {
    unresolved.push({ path, line: 1, what: 'the file', why: 'it is not a contract of Pact' });
    return;
  }
  let from = 0;
  for (const interaction of document.interactions) {
    const request = isObject(interaction) ? interaction.request : undefined;
    if (!isObject(interaction) || !isObject(request) || typeof request.path !== 'string') continue;
    const at = text.indexOf(JSON.stringify(request.path), from);
    if (at >= 0) from = at + 1;
    const line = text.slice(0, Math.max(0, at)).split('\n').length;
    const response = isObject(interaction.response) ? interaction.response : {};
    const reads = leaves(contentOf(response.body));
    const sends = leaves(contentOf(request.body));
    const query = queryOf(request.query);
    found.push({
      method: String(request.method ?? 'GET').toUpperCase(),
      template: request.path.startsWith('/') ? request.path : `/${request.path}`,
      base: null,
      ...(query.length > 0 ? { query } : {}),
      ...(sends.length > 0 ? { sends } : {}),
      whole: ['query', 'body'],
      ...(reads.length > 0 ? { reads } : {}),
      path,
      line,
      how: 'an interaction of Pact',
    });
  }
}

/** Version 4 says what kind of content a body is. */
const contentOf = (body: JsonValue | undefined): JsonValue | undefined =>
  isObject(body) && 'content' in body && 'contentType' in body ? body.content : body;

function queryOf(query: JsonValue | undefined): string[] {
  if (isObject(query)) return Object.keys(query);
  return typeof query === 'string' ? [...new Set(new URLSearchParams(query).keys())] : [];
}

const MOST_LEAVES = 200;

/** The properties of a value by dotted path, `*` for each item. */
function leaves(value: JsonValue | undefined): string[] {
  const found = new Set<string>();
  const todo: { value: JsonValue | undefined; path: string }[] = [{ value, path: '' }];
  for (const { value: holder, path } of todo) {
    if (found.size >= MOST_LEAVES) break;
    const below: [string, JsonValue | undefined][] = Array.isArray(holder)
      ? holder.slice(0, 20).map((item) => ['*', item])
      : isObject(holder)
        ? Object.entries(holder)
        : [];
    if (below.length === 0 && path !== '' && !/(?:^|\.)\*$/.test(path)) found.add(path);
    for (const [key, inner] of below) todo.push({ value: inner, path: path === '' ? key : `${path}.${key}` });
  }
  return [...found].sort();
}
