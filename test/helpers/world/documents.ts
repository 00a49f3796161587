import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Command } from '../../../lib/cli/command.ts';
import { parse } from '../../../lib/cli/parse.ts';
import type { JsonValue } from '../../../lib/json.ts';

const folder = new URL('../../../schemas/output/', import.meta.url);
/** The schemas that a document of this process has gone by. */
export const seenSchemas = new Set<string>();
const validators = new Map<string, ValidateFunction>();
let commands: Command[] | undefined;

/** The names of all schemas of what commands print. */
export const outputSchemaNames = (): string[] =>
  readdirSync(folder).map((file) => file.replace(/\.schema\.json$/, ''));

/**
 * Throws unless what `git realm <words>` printed is what its schema says, and nothing beside: a key that the schema does
 * not name is a fault here. Looks only where `words` asks for JSON.
 */
export function checkDocuments(prefix: string, words: readonly string[], stdout: string): void {
  const asked = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined);
  if (!asked.includes('--json') || stdout === '' || asked.includes('--batch')) return;
  commands ??= JSON.parse(
    readFileSync(join(prefix, 'share', 'git-realm', 'commands.json'), 'utf8'),
  ) as Command[];
  const command = commands.find(({ name }) => name === words[0]);
  if (command === undefined || asked.includes('-h') || asked.includes('--help')) return;
  if (asked.includes('--watch'))
    for (const line of stdout.trim().split('\n')) check('sessions-watch', JSON.parse(line));
  else check(schemaOf(command, words.slice(1)), JSON.parse(stdout));
}

function check(name: string | undefined, document: JsonValue): void {
  const isFailure = typeof document === 'object' && document !== null && 'error' in document;
  const chosen = isFailure ? 'error' : name;
  if (chosen === undefined || !existsSync(new URL(`${chosen}.schema.json`, folder)))
    throw new Error(`what was printed has no schema (${chosen})`);
  const validate = validatorOf(chosen);
  if (!validate(document)) {
    const why = (validate.errors ?? []).map(
      (problem) => `${problem.instancePath} ${problem.message} ${JSON.stringify(problem.params)}`,
    );
    throw new Error(
      `not what schemas/output/${chosen}.schema.json says:\n${why.join('\n')}\n${JSON.stringify(document, null, 1)}`,
    );
  }
  seenSchemas.add(chosen);
}

/** Absent: the words are not understood, so that only an error may come of them. */
function schemaOf(command: Command, words: readonly string[]): string | undefined {
  try {
    const { action } = parse(command, words);
    return command.verbs ? `${command.name}-${action.name}` : command.name;
  } catch {
    return undefined;
  }
}

function validatorOf(name: string): ValidateFunction {
  let found = validators.get(name);
  if (found === undefined) {
    const schema = JSON.parse(readFileSync(new URL(`${name}.schema.json`, folder), 'utf8')) as JsonValue;
    found = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictTuples: false }).compile(
      closed(schema) as object,
    );
    validators.set(name, found);
  }
  return found;
}

/** The schema with every object in it taken as complete. */
function closed(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.entries(schema).map(([key, value]) => [
    key,
    key === 'const' || key === 'enum' ? value : closed(value as JsonValue),
  ]);
  const isOpen = schema.type === 'object' && 'properties' in schema && !('additionalProperties' in schema);
  return { ...Object.fromEntries(members), ...(isOpen && { additionalProperties: false }) } as JsonValue;
}
