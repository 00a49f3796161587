import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { RealmError, usageError } from '../../errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { parseYaml } from '../../realm/parse.ts';
import type { Workspace } from '../open/workspace.ts';
import type { ExportOptions } from './export.ts';

/** The value that `--value` or `--file` gives; absent: neither is there. */
export async function valueByHand(
  workspace: Workspace,
  options: ExportOptions,
): Promise<JsonValue | undefined> {
  if (options.value !== undefined && options.file !== undefined)
    throw usageError('--value and --file cannot be used together');
  if (options.file !== undefined) return readYamlFile(workspace, options.file);
  if (options.value === undefined) return undefined;
  try {
    return JSON.parse(options.value) as JsonValue;
  } catch (cause) {
    throw usageError(
      `--value is not valid JSON: ${(cause as Error).message}`,
      `--value '{"read": ["jobs/*"]}', or --file <YAML file>`,
    );
  }
}

/** A file that the user names, YAML or JSON. Throws `file-unreadable` and `file-invalid`. */
export async function readYamlFile(workspace: Workspace, name: string): Promise<JsonValue> {
  const file = path.resolve(name);
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new RealmError('file-unreadable', `cannot read '${name}': ${cause.code ?? cause.message}`, {
      cause,
    });
  });
  const parsed = parseYaml(name, text);
  if (parsed.ok) return parsed.value;
  const [first] = parsed.problems;
  throw new RealmError('file-invalid', `${name}:${first?.line ?? 1}: ${first?.message ?? 'does not parse'}`, {
    data: { problems: parsed.problems, repo: workspace.name },
  });
}

/** A schema that says only what the value shows: lists of strings are sets, objects their keys. */
export function schemaOfValue(value: JsonValue): JsonObject {
  if (Array.isArray(value)) {
    const strings = value.every((item) => typeof item === 'string');
    return strings ? { type: 'array', items: { type: 'string' } } : { type: 'array' };
  }
  if (isObject(value)) {
    const properties = Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, schemaOfValue(member)]),
    );
    return { type: 'object', properties };
  }
  if (value === null) return {};
  return { type: typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value };
}
