import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { placed, sideOf } from '../lib/actions/contract/lines.ts';
import { command, type Invocation } from '../lib/cli/command.ts';
import { changesText } from '../lib/cli/render/changes.ts';
import { judgeLines, plain } from '../lib/compat/batch.ts';
import {
  compareDocuments,
  type DocumentKind,
  directions,
  documentKindNamed,
  documentKinds,
} from '../lib/compat/compare.ts';
import { kindOfDocuments, notCompared, type Parsed, parseDocument } from '../lib/compat/documents.ts';
import { collidingNumbers, withWritten } from '../lib/compat/numbers.ts';
import type { Change, Places, Verdict } from '../lib/compat/types.ts';
import { Exit, RealmError, usageError } from '../lib/errors.ts';
import { isObject, type JsonValue } from '../lib/json.ts';
import { compatibilityLevels } from '../lib/kinds/protobuf/levels.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm compat`: the verdict on two documents, without any realm. */
export default command({
  name: 'compat',
  summary: 'Check whether a change of a document breaks its consumers',
  args: [
    { name: 'old', summary: 'the old document; - is standard input', optional: true, complete: 'path' },
    { name: 'new', summary: 'the new document', optional: true, complete: 'path' },
  ],
  options: [
    { name: 'batch', summary: 'for each JSON line on standard input, print a JSON line with the verdict' },
    {
      name: 'kind',
      value: '<kind>',
      summary: 'the kind of the documents (default: detected)',
      complete: documentKinds.map((documentKind) =>
        documentKind === 'schema' ? 'json-schema' : documentKind,
      ),
    },
    { name: 'schema', value: '<file>', summary: 'the schema of two values', complete: 'path' },
    {
      name: 'direction',
      value: '<direction>',
      default: 'backwards',
      summary: 'the direction to check: backwards, forwards, or both',
      complete: directions,
    },
    {
      name: 'level',
      value: '<level>',
      summary: 'of .proto files: wire, wire-json (default), or source',
      complete: compatibilityLevels,
    },
  ],
  exits: { 1: 'the change is breaking, or not proved compatible' },
  examples: [
    {
      run: 'git realm compat v1.schema.json v2.schema.json',
      why: 'check whether every old value is still valid',
    },
    { run: 'git realm compat --batch <cases.jsonl', why: 'many comparisons in one process' },
  ],
  async run(args, options, invocation) {
    const direction = oneOf('direction', directions, options.direction);
    const level =
      options.level === undefined ? undefined : oneOf('level', compatibilityLevels, options.level);
    const kind = options.kind === undefined ? undefined : kindAsked(options.kind);
    if (options.batch) {
      if (args.old !== undefined)
        throw usageError('--batch reads standard input and takes no file arguments');
      await batch(invocation);
      return undefined;
    }
    if (args.old === undefined || args.new === undefined) {
      throw usageError('two documents are needed', 'git realm compat <old> <new>');
    }
    const found = await compareFiles(
      { old: args.old, now: args.new, schema: options.schema, level },
      kind,
      direction,
      invocation,
    );
    const { verdict, changes } = found;
    const settled = verdict.verdict === 'equal' || verdict.verdict === 'compatible';
    return {
      result: { ...plain(verdict), changes },
      text: () => inLines([...words(verdict), ...changesText(changes, invocation)]),
      exitCode: settled ? Exit.ok : Exit.no,
    };
  },
});

async function batch({ stdout, signal }: Invocation): Promise<void> {
  for await (const line of judgeLines(process.stdin)) {
    signal.throwIfAborted();
    stdout.write(line);
    await stdout.drained();
  }
}

async function compareFiles(
  {
    old: oldPath,
    now: newPath,
    schema: schemaPath,
    level,
  }: { old: string; now: string; schema: string | undefined; level: string | undefined },
  kind: DocumentKind | undefined,
  direction: (typeof directions)[number],
  invocation: Invocation,
): Promise<{ verdict: Verdict; changes: (Change & Places)[] }> {
  const texts = [await read(oldPath, invocation), await read(newPath, invocation)] as const;
  const [left, right] = [await parseDocument(oldPath, texts[0]), await parseDocument(newPath, texts[1])];
  const collision = collidingNumbers(texts);
  if (collision !== undefined) {
    const reason = `${collision} cannot be distinguished after parsing`;
    return { verdict: { verdict: 'unknown', reason, pointer: '' }, changes: [] };
  }
  const found = kind ?? (schemaPath === undefined ? kindOfDocuments(left, right) : 'value');
  if (typeof found === 'object' && 'named' in found)
    return { verdict: { verdict: 'unknown', reason: notCompared(found), pointer: '' }, changes: [] };
  if (typeof found === 'object')
    throw new RealmError('mixed-documents', found.mixed, {
      hint: found.candidates.map((candidate) => `git realm compat --kind ${candidate} <old> <new>`),
    });
  const schema =
    schemaPath === undefined
      ? undefined
      : await parseDocument(schemaPath, await read(schemaPath, invocation));
  const { verdict, changes } = await compareDocuments({
    kind: found,
    old: contentOf(left, found, oldPath, texts[0]),
    new: contentOf(right, found, newPath, texts[1]),
    direction,
    level,
    ...(schema === undefined ? {} : { schema: contentOf(schema, 'schema', schemaPath ?? '', '') }),
  });
  if (changes.length === 0) return { verdict, changes };
  const old = await sideOf([{ path: oldPath, text: texts[0] }], found);
  const now = await sideOf([{ path: newPath, text: texts[1] }], found);
  return { verdict, changes: placed(changes, old, now) };
}

async function read(path: string, { cwd }: Invocation): Promise<string> {
  try {
    return path === '-' ? await text(process.stdin) : await readFile(resolve(cwd, path), 'utf8');
  } catch (cause) {
    const why =
      cause instanceof Error ? cause.message.replace(/^(\w+): (.*?), .*$/, '$2 ($1)') : String(cause);
    throw new RealmError('unreadable-file', `cannot read '${path}': ${why}`, { cause });
  }
}

function contentOf(parsed: Parsed, kind: DocumentKind, path: string, text: string): JsonValue {
  if ('protobuf' in parsed) {
    if (kind === 'protobuf') return { files: { [path]: text } };
    throw new RealmError('mixed-documents', `'${path}' is a Protocol Buffers file, not ${kind}`);
  }
  if (kind === 'avro') return { files: { [path]: text } };
  if ('avro' in parsed) throw new RealmError('mixed-documents', `'${path}' is an Avro schema, not ${kind}`);
  if (!('graphql' in parsed)) {
    const { value } = parsed;
    return isObject(value) && (kind === 'openapi' || kind === 'asyncapi' || kind === 'schema')
      ? withWritten(value, [text])
      : value;
  }
  if (kind === 'graphql') return parsed.graphql;
  throw new RealmError('mixed-documents', `'${path}' is GraphQL, not ${kind}`);
}

function kindAsked(given: string): DocumentKind {
  const kind = documentKindNamed(given);
  if (kind === undefined) throw usageError(`--kind must be one of ${kindNames.join(', ')}, not '${given}'`);
  return kind;
}

const kindNames = documentKinds.map((documentKind) =>
  documentKind === 'schema' ? 'json-schema' : documentKind,
);

function oneOf<T extends string>(name: string, known: readonly T[], given: string): T {
  const found = known.find((word) => word === given);
  if (found === undefined) throw usageError(`--${name} must be one of ${known.join(', ')}, not '${given}'`);
  return found;
}

function words(verdict: Verdict): string[] {
  const { verdict: name, witness, pointer, reason } = plain(verdict);
  const lines = [`${name}${reason === undefined ? '' : `: ${reason}`}`];
  if (witness !== undefined) lines.push(`  witness: ${JSON.stringify(witness)}`);
  if (pointer !== undefined && reason !== undefined)
    lines.push(`  at: ${pointer === '' ? 'the whole document' : pointer}`);
  return lines;
}
