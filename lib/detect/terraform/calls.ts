import { RealmError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Type } from '../../kinds/terraform/types.ts';
import { sortUnresolved } from '../found-paths.ts';
import { belongsTo, pinOf } from '../repository.ts';
import { place } from '../syntax/build.ts';
import type { DetectorOptions, Extraction, Part, SourceFile, Unresolved } from '../types.ts';
import { givenOf, type Read, readsIn, typeOf } from './expressions.ts';
import { type Block, bare, folderOf, hclFile, stringOf, textOf } from './hcl.ts';
import { sourceOf } from './source.ts';

/** Attributes of a module block that are not arguments ("Module Blocks"). */
const meta = new Set(['source', 'version', 'count', 'for_each', 'providers', 'depends_on']);
/** Blocks whose references are addresses. */
const addresses = new Set(['moved', 'removed', 'import']);

/** The files of one folder, which see each other's names. */
interface Folder {
  blocks: Block[];
  reads: { modules: (Read & { path: string })[]; states: (Read & { path: string })[] };
}

/**
 * The calls of modules in files that lead to the repository that the option names: one use each. `state` names a remote state that
 * is the contract's module. Throws `detector-option`.
 */
export async function extractCalls(
  files: readonly SourceFile[],
  options: DetectorOptions,
): Promise<Extraction> {
  const belongs = belongsTo('terraform-calls', options.repository);
  const state = stateOption(options.state);
  const unresolved: Unresolved[] = [];
  const parts: Part[] = [];
  const add = (path: string, line: number, value: JsonObject): void => {
    parts.push({ pointer: `/uses/${parts.length}`, value, path, line, how: 'a call' });
  };
  for (const [name, folder] of await foldersOf(files, unresolved)) {
    const declared = declaredIn(folder.blocks);
    for (const block of folder.blocks.filter(({ type }) => type === 'module')) {
      const found = callOf(block, name, folder, declared);
      if (typeof found === 'string') {
        unresolved.push({
          path: block.path,
          line: block.line,
          what: `module '${block.labels[0]}'`,
          why: found,
        });
        continue;
      }
      if (found === null) continue;
      const answers = found.repositories.map(belongs);
      const [named] = found.repositories;
      if (answers.includes('yes')) add(block.path, block.line, found.use);
      else if (answers.includes('perhaps'))
        unresolved.push({
          ...{ path: block.path, line: block.line, what: `module '${block.labels[0]}'` },
          why: `whether '${named?.path}' is the provider's repository is not known: --with repository=${named?.path}`,
        });
    }
    if (state !== undefined) for (const { path, line, use } of stateUses(state, folder)) add(path, line, use);
  }
  const value = { uses: parts.map((part) => part.value) };
  return { value, schema: {}, parts, unresolved: sortUnresolved(unresolved) };
}

function stateOption(state: JsonValue | undefined): string | undefined {
  if (state === undefined || typeof state === 'string') return state;
  throw new RealmError('detector-option', "option 'state' of terraform-calls must be a name", {
    exitCode: 129,
    hint: '--with state=network',
  });
}

async function foldersOf(
  files: readonly SourceFile[],
  unresolved: Unresolved[],
): Promise<Map<string, Folder>> {
  const folders = new Map<string, Folder>();
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (!/\.tf$/i.test(file.path)) continue;
    const read = await hclFile(file);
    const { path } = file;
    if ('why' in read) {
      unresolved.push({ path, line: read.line, what: 'the file', why: read.why, gap: true });
      continue;
    }
    const name = folderOf(path);
    const folder = folders.get(name) ?? { blocks: [], reads: { modules: [], states: [] } };
    folders.set(name, folder);
    folder.blocks.push(...read.blocks);
    for (const block of read.blocks) {
      if (addresses.has(block.type)) continue;
      const { modules, states } = readsIn(block.node);
      folder.reads.modules.push(...modules.map((module) => ({ ...module, path })));
      folder.reads.states.push(...states.map((state) => ({ ...state, path })));
    }
  }
  return folders;
}

const declaredIn = (blocks: readonly Block[]): Map<string, Type> =>
  new Map(
    blocks.flatMap(({ type, labels: [name = ''], attributes }): [string, Type][] => {
      const own = type === 'variable' ? attributes.get('type') : undefined;
      return own === undefined ? [] : [[name, typeOf(own.value)]];
    }),
  );

interface Found {
  repositories: NonNullable<ReturnType<typeof sourceOf>>['repositories'];
  use: JsonObject;
}

/** A call; a text says why it is not known what it calls, `null` that it is nothing in a repository. */
function callOf(
  { labels: [name = ''], attributes }: Block,
  folder: string,
  { reads }: Folder,
  declared: ReadonlyMap<string, Type>,
): Found | string | null {
  const written = attributes.get('source');
  if (written === undefined) return "it has no 'source'";
  const source = stringOf(written.value);
  if (source === undefined) return `its source ${textOf(written.value)} is only known at run time`;
  const target = sourceOf(source, folder);
  if (target === null) return null;
  const version = attributes.get('version');
  const pin =
    target.ref ?? (version === undefined ? null : (stringOf(version.value) ?? textOf(version.value)));
  const passed = attributes.get('providers');
  const providers =
    passed === undefined
      ? []
      : membersIn(passed.value)
          .map(({ key }) => key)
          .filter((key) => key.includes('.'));
  return {
    repositories: target.repositories,
    use: {
      subject: `module '${name}' (${source}${version === undefined ? '' : ` ${pin}`})`,
      paths: [target.path],
      ...(pin === null ? {} : pinOf(pin)),
      arguments: [...attributes]
        .filter(([key]) => !meta.has(key))
        .map(([key, { value, line }]) => ({
          ...{ name: key, given: givenOf(value, declared) as unknown as JsonValue, line },
        })),
      ...(providers.length > 0 ? { providers } : {}),
      ...readsOf(reads.modules, name),
    },
  };
}

/** The members of `{ aws.east = aws.other }`, whose keys are references. */
const membersIn = (value: Block['node']): { key: string }[] =>
  bare(value)
    .named()
    .flatMap((member) => {
      const [key] = member.kind() === 'object_elem' ? member.named() : [];
      return key === undefined ? [] : [{ key: textOf(key) }];
    });

function readsOf(reads: readonly (Read & { path: string })[], of: string): JsonObject {
  const own = reads.filter((read) => read.of === of || read.of === '*');
  const named = own.flatMap(({ name, attribute, node, path }) =>
    name === null
      ? []
      : [{ name, ...(attribute === null ? {} : { attribute }), line: place(node).line, path }],
  );
  return {
    ...(named.length > 0 ? { reads: named } : {}),
    ...(own.some(({ name }) => name === null) ? { readsAll: true } : {}),
  };
}

/** What is read of a remote state, as one use at the data source. */
function stateUses(state: string, { blocks, reads }: Folder) {
  return blocks
    .filter(
      ({ type, labels }) => type === 'data' && labels[0] === 'terraform_remote_state' && labels[1] === state,
    )
    .map(({ path, line }) => ({
      ...{ path, line },
      use: { subject: `remote state '${state}'`, paths: ['*'], ...readsOf(reads.states, state) },
    }));
}
