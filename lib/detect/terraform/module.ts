import { pointerToken } from '../../json.ts';
import {
  type Interface,
  type Output,
  type Provider,
  schemaOf,
  type Variable,
} from '../../kinds/terraform/interface.ts';
import { sortUnresolved } from '../found-paths.ts';
import type { Extraction, Part, SourceFile, Unresolved } from '../types.ts';
import { defaultOf, typeOf } from './expressions.ts';
import { type Block, bare, folderOf, hclFile, literalOf, membersOf, stringOf, textOf } from './hcl.ts';

/** Blocks that callers see something of. */
const seen = new Set(['variable', 'output', 'terraform']);

/**
 * The module in the files: those of one folder, the nearest to the root, so that its examples and submodules are left alone. The
 * contract keeps the files that declare something.
 */
export async function extractModule(files: readonly SourceFile[]): Promise<Extraction> {
  const unresolved: Unresolved[] = [];
  const no = (path: string, why: string, line = 1): void => {
    unresolved.push({ path, line, what: 'the module', why, gap: true });
  };
  const sources = files.filter(({ path }) => /\.tf$/i.test(path));
  const folders = [...new Set(sources.map(({ path }) => folderOf(path)))].sort(
    (a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1),
  );
  const [folder = ''] = folders;
  for (const other of folders.slice(1))
    if (depthOf(other) === depthOf(folder))
      no(`${other}/`, `a contract has one module, which is '${folder}'`);
  for (const { path } of files)
    if (/\.tf\.json$/i.test(path) && folderOf(path) === folder) no(path, 'the JSON syntax is not read');
  const blocks: Block[] = [];
  for (const file of sources.filter(({ path }) => folderOf(path) === folder).sort(byPath)) {
    const read = await hclFile(file);
    if ('why' in read) no(file.path, read.why, read.line);
    else blocks.push(...read.blocks.filter(({ type }) => seen.has(type)));
  }
  const { module, parts } = moduleIn(folder, blocks);
  if (parts.length === 0 && unresolved.length === 0 && sources[0] !== undefined)
    no(sources[0].path, "it declares no 'variable' and no 'output'");
  const documents = [...new Set(blocks.map(({ path }) => path))];
  // What a file that was not read declares is part of it too.
  const isThere = parts.length > 0 && unresolved.length === 0;
  return {
    ...{ value: null, schema: isThere ? schemaOf(module) : {}, parts: isThere ? parts : [] },
    ...{ unresolved: sortUnresolved(unresolved), documents: isThere ? documents : [] },
  };
}

const byPath = (a: SourceFile, b: SourceFile): number => (a.path < b.path ? -1 : 1);
const depthOf = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);

/** The lines of what a file declares, by the pointers of a comparison. */
export async function linesOf(path: string, text: string): Promise<Map<string, number>> {
  const read = await hclFile({ path, bytes: Buffer.from(text) });
  if ('why' in read) return new Map();
  return new Map(moduleIn('', read.blocks).parts.map(({ pointer, line }) => [pointer, line]));
}

function moduleIn(path: string, blocks: readonly Block[]): { module: Interface; parts: Part[] } {
  const parts: Part[] = [];
  const note = (pointer: string, value: string, block: Pick<Block, 'path'>, line: number): void => {
    parts.push({ pointer, value, path: block.path, line, how: 'what a module declares' });
  };
  const named = (type: string): [string, Block][] =>
    blocks.flatMap((block) =>
      block.type === type ? [[block.labels[0] ?? '', block] as [string, Block]] : [],
    );
  const variables = named('variable').map(([name, block]) => {
    note(`/variables/${pointerToken(name)}`, `variable ${name}`, block, block.line);
    return variableOf(name, block);
  });
  const outputs = named('output').map(([name, block]) => {
    note(`/outputs/${pointerToken(name)}`, `output ${name}`, block, block.line);
    return outputOf(name, block);
  });
  const providers: Provider[] = [];
  let version: string | null = null;
  for (const block of blocks.filter(({ type }) => type === 'terraform')) {
    const required = block.attributes.get('required_version');
    if (required !== undefined) {
      version = stringOf(required.value) ?? textOf(required.value);
      note('/version', `required_version ${version}`, block, required.line);
    }
    for (const inner of block.blocks.filter(({ type }) => type === 'required_providers'))
      for (const [name, { value, line }] of inner.attributes) {
        providers.push(providerOf(name, value));
        note(`/providers/${pointerToken(name)}`, `provider ${name}`, block, line);
      }
  }
  return { module: { path, variables, outputs, providers, version }, parts };
}

/** Is an attribute `true`? What is worked out may be either, and counts as what it is by default. */
const isTrue = ({ attributes }: Block, name: string): boolean => {
  const found = attributes.get(name);
  return found !== undefined && literalOf(found.value) === true;
};

function variableOf(name: string, block: Block): Variable {
  const type = block.attributes.get('type');
  const fallback = block.attributes.get('default');
  const nullable = block.attributes.get('nullable');
  return {
    name,
    type: type === undefined ? 'any' : typeOf(type.value),
    required: fallback === undefined,
    default: fallback === undefined ? null : defaultOf(fallback.value),
    nullable: nullable === undefined || literalOf(nullable.value) !== false,
    sensitive: isTrue(block, 'sensitive'),
    ephemeral: isTrue(block, 'ephemeral'),
    validations: block.blocks.flatMap((inner) => {
      const condition = inner.type === 'validation' ? inner.attributes.get('condition') : undefined;
      return condition === undefined ? [] : [textOf(condition.value)];
    }),
  };
}

function outputOf(name: string, block: Block): Output {
  const value = block.attributes.get('value');
  const here = value === undefined ? undefined : bare(value.value);
  const members = here?.kind() === 'object' ? membersOf(here).map(({ key }) => key) : [undefined];
  return {
    ...{ name, sensitive: isTrue(block, 'sensitive'), ephemeral: isTrue(block, 'ephemeral') },
    attributes: members.includes(undefined) ? null : (members as string[]),
  };
}

/** `aws = { source = "hashicorp/aws", version = "~> 5.0", configuration_aliases = [aws.east] }`, or a version alone. */
function providerOf(name: string, node: Node): Provider {
  const here = bare(node);
  if (here.kind() !== 'object')
    return { name, source: null, version: stringOf(here) ?? textOf(here), aliases: [] };
  const members = new Map(membersOf(here).map(({ key, value }) => [key ?? '', value]));
  const text = (key: string): string | null => {
    const value = members.get(key);
    return value === undefined ? null : (stringOf(value) ?? textOf(value));
  };
  const aliases = members.get('configuration_aliases');
  return {
    ...{ name, source: text('source'), version: text('version') },
    aliases:
      aliases === undefined
        ? []
        : textOf(bare(aliases))
            .replace(/^\[|\]$/g, '')
            .split(',')
            .map((alias) => alias.trim())
            .filter(Boolean),
  };
}

type Node = Block['node'];
