/**
 * Writes `output/`: the schema of the JSON that each command prints, from the TypeScript type of its result.
 * `npm run generate` writes the files; a test fails when they differ from the types.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  isCallExpression,
  isIdentifier,
  isMethodDeclaration,
  isObjectLiteralExpression,
  isPropertyAssignment,
  isShorthandPropertyAssignment,
  type Node,
  type ObjectLiteralExpression,
} from 'typescript/unstable/ast';
import { API, type Checker, type Program, type Type } from 'typescript/unstable/sync';
import { FORMAT } from '../lib/cli/envelope.ts';
import type { JsonObject } from '../lib/json.ts';
import { TypeSchemas } from './type-schema.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
export const outputFolder = new URL('output/', import.meta.url);

/** What is printed line by line, or by every command alike: the type of each, by the name of its schema. */
const others = {
  error: {
    file: 'lib/cli/envelope.ts',
    type: 'Failure',
    title: 'What any command prints with --json when it fails',
  },
  'sessions-watch': {
    file: 'lib/actions/view/watch.ts',
    type: 'WatchEvent',
    title: 'git realm sessions --watch --json, one document a line',
  },
} as const;

/** The files of `output/` as they should be, by name. */
export function outputSchemas(): Map<string, string> {
  const api = new API({ cwd: root });
  try {
    const project = api.updateSnapshot({ openProjects: [`${root}tsconfig.json`] }).getProjects()[0];
    if (project === undefined) throw new Error('no tsconfig.json');
    const { checker, program } = project;
    const found = new Map<string, JsonObject>();
    for (const file of readdirSync(`${root}commands`).sort())
      for (const { name, types } of actionsOf(checker, program, `${root}commands/${file}`))
        if (types.length > 0)
          found.set(name.replace(' ', '-'), documentSchema(checker, `git realm ${name} --json`, name, types));
    for (const [name, { file, type, title }] of Object.entries(others))
      found.set(
        name,
        documentSchema(checker, title, name, parts(exported(checker, program, `${root}${file}`, type))),
      );
    return new Map(
      [...found]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, schema]) => [
          `${name}.schema.json`,
          `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: `${name}.schema.json`, ...schema }, null, 2)}\n`,
        ]),
    );
  } finally {
    api.close();
  }
}

/** The document around results of these types, as `envelope` makes it. */
function documentSchema(checker: Checker, title: string, at: string, types: readonly Type[]): JsonObject {
  const schemas = new TypeSchemas(checker);
  const documents = new Map<string, JsonObject>();
  for (const type of types) {
    const schema = inEnvelope(schemas, checker, type, at);
    documents.set(JSON.stringify(schema), schema);
  }
  const all = [...documents.values()];
  const { $defs } = schemas;
  return {
    title,
    ...(all.length === 1 ? all[0] : { anyOf: all }),
    ...(Object.keys($defs).length > 0 && { $defs }),
  };
}

function inEnvelope(schemas: TypeSchemas, checker: Checker, type: Type, at: string): JsonObject {
  const format = { description: 'The version of this format.', const: FORMAT };
  if (checker.isArrayType(type))
    return {
      type: 'object',
      properties: { format, items: schemas.of(type, at) },
      required: ['format', 'items'],
    };
  const symbols = checker.getPropertiesOfType(type);
  if (symbols.some(({ name }) => name === 'format'))
    throw new Error(`${at}: 'format' belongs to the envelope`);
  const { properties, required, ...rest } = schemas.object(symbols, type, at);
  return {
    ...rest,
    properties: { format, ...(properties as JsonObject | undefined) },
    required: ['format', ...((required as string[] | undefined) ?? [])],
  };
}

/** Every command, or verb of one, in this file, with the types of its results. */
function actionsOf(checker: Checker, program: Program, path: string): { name: string; types: Type[] }[] {
  const source = program.getSourceFile(path);
  if (source === undefined) throw new Error(`${path} is not part of the program`);
  const made: { maker: string; names: string[]; types: Type[] }[] = [];
  const visit = (node: Node): void => {
    const [input] = isCallExpression(node) ? node.arguments : [];
    if (
      isCallExpression(node) &&
      isIdentifier(node.expression) &&
      input !== undefined &&
      isObjectLiteralExpression(input)
    ) {
      const maker = node.expression.text;
      if (maker === 'command' || maker === 'verb')
        made.push({ maker, names: namesIn(checker, input), types: resultsIn(checker, input, path) });
    }
    node.forEachChild(visit);
  };
  visit(source);
  const command = made.find(({ maker }) => maker === 'command')?.names[0];
  return made.flatMap(({ maker, names, types }) =>
    names.map((name) => ({ name: maker === 'command' ? name : `${command} ${name}`, types })),
  );
}

/** The value of a member of this literal, or the method. */
function memberOf(input: ObjectLiteralExpression, name: string): Node | undefined {
  for (const member of input.properties)
    if (isPropertyAssignment(member) || isMethodDeclaration(member) || isShorthandPropertyAssignment(member))
      if (isIdentifier(member.name) && member.name.text === name)
        return isPropertyAssignment(member) ? member.initializer : member.name;
  return undefined;
}

const parts = (type: Type | undefined): readonly Type[] =>
  type === undefined ? [] : type.isUnionType() ? type.getTypes() : [type];

function typeOf(checker: Checker, input: ObjectLiteralExpression, name: string): Type | undefined {
  const value = memberOf(input, name);
  return value === undefined ? undefined : checker.getTypeAtLocation(value);
}

const namesIn = (checker: Checker, input: ObjectLiteralExpression): string[] =>
  parts(typeOf(checker, input, 'name')).flatMap((part) => (part.isStringLiteralType() ? [part.value] : []));

/** The types of `result` in what the handler returns. */
function resultsIn(checker: Checker, input: ObjectLiteralExpression, path: string): Type[] {
  const run = typeOf(checker, input, 'run');
  if (run === undefined) return [];
  const signature = checker.getSignaturesOfType(run, 0)[0];
  const returned = signature && checker.getReturnTypeOfSignature(signature);
  const outcomes = parts(returned).flatMap((part) =>
    part.getSymbol()?.name === 'Promise' && part.isTypeReference()
      ? checker.getTypeArguments(part).flatMap(parts)
      : [part],
  );
  return outcomes.flatMap((outcome) => {
    const symbol = checker.getPropertiesOfType(outcome).find(({ name }) => name === 'result');
    const type = symbol && checker.getTypeOfSymbol(symbol);
    return parts(type).filter((part) => {
      if (checker.typeToString(part) === 'unknown')
        throw new Error(`${path}: the type of a result is not known`);
      return checker.typeToString(part) !== 'undefined';
    });
  });
}

function exported(checker: Checker, program: Program, path: string, name: string): Type {
  const source = program.getSourceFile(path);
  const module = source && checker.getSymbolAtLocation(source);
  const symbol = module && checker.getExportsOfModule(module).find((candidate) => candidate.name === name);
  if (symbol === undefined) throw new Error(`${path} exports no ${name}`);
  return checker.getDeclaredTypeOfSymbol(symbol);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = outputSchemas();
  rmSync(outputFolder, { recursive: true, force: true });
  mkdirSync(outputFolder);
  for (const [name, text] of files) writeFileSync(new URL(name, outputFolder), text);
}
