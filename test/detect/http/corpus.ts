import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { httpMethods } from '../../../lib/compat/http-methods.ts';
import { extract } from '../../../lib/detect/index.ts';
import type { SourceFile } from '../../../lib/detect/types.ts';
import type { JsonObject } from '../../../lib/json.ts';

/** What a person says that a snippet has: one route or call, or `file:line` of what stays open. */
export interface Snippet {
  id: string;
  /** The framework or client. */
  of: string;
  detector: 'http-routes' | 'http-calls';
  files: SourceFile[];
  expected: Label[];
  unresolved: string[];
}

/** A route or call with those properties that the label speaks of. */
export type Label = { subject: string } & Record<string, unknown>;

export interface Result {
  snippet: Snippet;
  hits: string[];
  missed: string[];
  extra: string[];
  /** Differences in bases, bodies, and what is open. */
  wrong: string[];
}

const folder = new URL('./corpus/', import.meta.url);
const endings: Record<string, string> = {
  typescript: 'ts',
  python: 'py',
  go: 'go',
  java: 'java',
  rust: 'rs',
};

/** All snippets: `routes-python.yaml`, `calls-typescript-blind.yaml`. */
export function snippets(): Snippet[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => {
      const [kind = '', language = ''] = name.replace('.yaml', '').split('-');
      const all = parse(readFileSync(new URL(name, folder), 'utf8')) as Record<string, unknown>[];
      return all.map((entry) => snippet(entry, kind, language));
    });
}

function snippet(entry: Record<string, unknown>, kind: string, language: string): Snippet {
  const main = `source.${endings[language]}`;
  const files = (entry.files ?? { [main]: entry.code }) as Record<string, string>;
  const labels = (entry.routes ?? entry.calls ?? []) as (string | Record<string, unknown>)[];
  return {
    id: String(entry.id),
    of: String(entry.framework ?? entry.client),
    detector: kind === 'routes' ? 'http-routes' : 'http-calls',
    files: Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
    expected: labels.map(labelOf).flatMap(everyMethod),
    unresolved: ((entry.unresolved ?? []) as (string | number)[]).map((at) =>
      typeof at === 'number' ? `${main}:${at}` : at,
    ),
  };
}

function labelOf(label: string | Record<string, unknown>): Label {
  if (typeof label === 'string') return { subject: label };
  const { call, operation, ...rest } = label;
  return { subject: operation === undefined ? String(call) : `operation ${operation}`, ...rest };
}

/** `* /x` answers every method, which the document lists. */
function everyMethod(label: Label): Label[] {
  if (!label.subject.startsWith('* ')) return [label];
  return httpMethods.map((method) => ({
    ...label,
    subject: `${method.toUpperCase()}${label.subject.slice(1)}`,
  }));
}

/** Runs the detector and compares with the labels; a property that a label does not name is not looked at. */
export async function check(snippet: Snippet): Promise<Result> {
  const extraction = await extract(snippet.detector, snippet.files, {});
  const found: Label[] = extraction.parts.map((part) =>
    snippet.detector === 'http-calls'
      ? { base: null, ...(part.value as Label) }
      : { ...operationAt(extraction.schema, part.pointer), subject: String(part.value) },
  );
  const wrong: string[] = [];
  const left = [...found];
  const hits: string[] = [];
  const missed: string[] = [];
  for (const label of snippet.expected) {
    const same = left.filter(({ subject }) => subject === label.subject);
    const best = same.find((candidate) => differences(label, candidate).length === 0) ?? same[0];
    if (best === undefined) {
      missed.push(label.subject);
      continue;
    }
    left.splice(left.indexOf(best), 1);
    hits.push(label.subject);
    wrong.push(...differences(label, best));
  }
  const open = [...new Set(extraction.unresolved.map(({ path, line }) => `${path}:${line}`))];
  for (const at of snippet.unresolved)
    if (!open.includes(at)) wrong.push(`${at} is not reported as unresolved`);
  for (const { path, line, what, why } of extraction.unresolved)
    if (!snippet.unresolved.includes(`${path}:${line}`))
      wrong.push(`unresolved at ${path}:${line}: ${what}: ${why}`);
  const extra = left.map((label) => String(label.subject));
  return { snippet, hits, missed, extra, wrong };
}

function differences(label: Label, found: Label): string[] {
  return Object.entries(label).flatMap(([key, value]) => {
    const given = sorted(found[key] ?? (Array.isArray(value) ? [] : null));
    return isDeepStrictEqual(sorted(value), given)
      ? []
      : [`${label.subject}: ${key} is ${JSON.stringify(given)}, not ${JSON.stringify(value)}`];
  });
}

/** The order of names says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value.every((item) => typeof item === 'string') ? [...value].sort() : value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sorted(item)]));
}

/** An operation of the document in the words of a label. */
function operationAt(schema: JsonObject, pointer: string): Record<string, unknown> {
  const [, , path = '', method = ''] = pointer.split('/');
  const paths = schema.paths as Record<string, Record<string, JsonObject>>;
  const operation = paths[path.replaceAll('~1', '/').replaceAll('~0', '~')]?.[method] ?? {};
  const parameters = (operation.parameters ?? []) as { name: string; in: string }[];
  const schemaOf = (holder: unknown): unknown =>
    (holder as { content?: Record<string, { schema: unknown }> } | undefined)?.content?.['application/json']
      ?.schema;
  const responses = (operation.responses ?? {}) as Record<string, unknown>;
  return {
    query: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
    body: schemaOf(operation.requestBody) ?? null,
    responses: Object.fromEntries(
      Object.entries(responses).flatMap(([status, inner]) =>
        schemaOf(inner) ? [[status, schemaOf(inner)]] : [],
      ),
    ),
  };
}
