import type { ParseError } from 'jsonc-parser';
import { isObject, type JsonValue } from '../../json.ts';
import { yamlExcess } from '../../yaml-bounds.ts';
import { readData } from '../data/document.ts';
import { refuseExcess } from '../limits.ts';
import { languageOf } from '../syntax/languages.ts';
import { MAX_BYTES } from '../types.ts';

/** What a large YAML document may cost its parser (`yamlExcess`); 16 MiB of what people write cost about half of it. */
const MAX_COST = 20_000_000;
/** Nodes and nesting of one document, aliases followed included: a small file cannot grow without bound. */
const MOST_NODES = 2_000_000;
const DEEPEST = 128;

/**
 * The value of an interface document, JSON or YAML, as large as a file of a contract may be. Throws `SyntaxError` with a line
 * where it does not parse, and where it has too many nodes.
 */
export async function readDocument(path: string, text: string): Promise<JsonValue> {
  const value =
    languageOf(path) === 'json'
      ? await readJson(path, text)
      : yamlExcess(text)?.kind === 'size'
        ? await readLargeYaml(text)
        : (await readData(path, text)).value;
  mustBeBounded(value);
  return value;
}

async function readJson(path: string, text: string): Promise<JsonValue> {
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as JsonValue;
  } catch {
    // Comments are allowed in it, and the other parsers tell the line.
    if (text.length <= MAX_BYTES) return (await readData(path, text)).value;
    refuseExcess(text, Number.POSITIVE_INFINITY);
    const { parse } = await import('jsonc-parser');
    const errors: ParseError[] = [];
    const value = parse(text, errors);
    const [error] = errors;
    if (error === undefined) return value;
    throw new SyntaxError(`it is not JSON in line ${text.slice(0, error.offset).split('\n').length}`);
  }
}

/**
 * YAML 1.2 by a parser that is some ten times as fast as the one that keeps every comment and line, with the same result (a test
 * holds both against each other). Throws `SyntaxError`.
 */
export async function readLargeYaml(text: string): Promise<JsonValue> {
  refuseExcess(text, MAX_COST);
  const { default: yaml } = await import('js-yaml');
  const scalar = (name: string, pattern: RegExp, construct: (text: string) => JsonValue) =>
    new yaml.Type(`tag:yaml.org,2002:${name}`, {
      kind: 'scalar',
      resolve: (found: unknown) => typeof found === 'string' && pattern.test(found),
      construct,
    });
  // Its own integers and floats are those of YAML 1.1 (`1_000`, `0b1`).
  const schema = yaml.FAILSAFE_SCHEMA.extend({
    implicit: [
      scalar('null', /^(?:~|null|Null|NULL|)$/, () => null),
      scalar('bool', /^(?:true|True|TRUE|false|False|FALSE)$/, (word) => /^t/i.test(word)),
      scalar('int', /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/, (word) => Number(word)),
      scalar(
        'float',
        /^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
        float,
      ),
      yaml.types.merge,
    ],
  });
  try {
    return (yaml.load(text, { schema, json: true }) ?? null) as JsonValue;
  } catch (error) {
    const { name, reason, mark } = error as { name?: string; reason?: string; mark?: { line: number } };
    if (name === 'YAMLException') throw new SyntaxError(`${reason} in line ${(mark?.line ?? 0) + 1}`);
    throw error;
  }
}

/** JSON has no infinity: it stays a word. */
function float(word: string): JsonValue {
  if (/nan$/i.test(word)) return 'NaN';
  if (/inf$/i.test(word)) return word.startsWith('-') ? '-Infinity' : 'Infinity';
  return Number(word);
}

/** What is shared by aliases counts wherever it stands. */
function mustBeBounded(root: JsonValue): void {
  let nodes = 0;
  let level: JsonValue[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    nodes += level.length;
    if (depth > DEEPEST) throw new SyntaxError('it is nested too deeply');
    if (nodes > MOST_NODES) throw new SyntaxError('it has too many nodes');
    const next: JsonValue[] = [];
    for (const value of level) {
      const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
      for (const child of inner) if (typeof child === 'object' && child !== null) next.push(child);
      nodes += inner.length;
      if (nodes > MOST_NODES) throw new SyntaxError('it has too many nodes');
    }
    level = next;
  }
}
