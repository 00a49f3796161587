import { DEFAULT_DETECTOR } from '../../checkout/drift-sources.ts';
import { RealmError, usageError } from '../../errors.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { kindOf } from '../../kinds/index.ts';
import { semverVersion } from '../../names.ts';
import type { PublishOp } from '../../realm/ops/publish.ts';
import type { ContractFile, DetectorEntry, ExportEntry } from '../../realm/types.ts';
import { type Context, opHead } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { readYamlFile, schemaOfValue, valueByHand } from './by-hand.ts';
import { contentOf } from './content.ts';
import type { DetectedExport } from './detect.ts';
import type { ExportOptions } from './export.ts';
import { mustStayOfKind, refuseUnmatched, sourcesAndReader } from './export-sources.ts';
import { readPublished } from './read-export.ts';

/** What is exported, and what the detectors found for it. */
interface Asked {
  domain: string;
  contract: string;
  detected: readonly DetectedExport[];
}

/** How the realm has it now. */
interface Known {
  old: ContractFile | undefined;
  entry: ExportEntry | undefined;
}

/**
 * The operation that declares or updates an export; `pending`: why its value is not published yet although its sources are
 * declared. Throws `source-none`, `nothing-detected`, `kind-mismatch`, and usage errors.
 */
export async function exportOp(
  context: Context,
  workspace: Workspace,
  options: ExportOptions,
  asked: Asked,
): Promise<{ op: PublishOp; pending: string | null }> {
  const { domain, contract } = asked;
  const { model } = workspace.snapshot;
  const old = model.contract(domain, contract);
  const entry = model
    .binding(domain, workspace.name)
    ?.file.exports?.find((exported) => exported.contract === contract);
  const head = headOf(context, workspace, options, asked, old);
  const byHand = await valueByHand(workspace, options);
  const schema = await schemaByHand(workspace, options);
  if (byHand !== undefined) {
    if (options.sources.length > 0 || options.detect)
      throw usageError('--value and --file cannot be used with --source or --detect');
    const described = schema ?? (old === undefined ? schemaOfValue(byHand) : {});
    return { op: { ...head, payload: { value: byHand, schema: described } }, pending: null };
  }
  const from = await sourcesAndReader(workspace, options, { ...asked, entry });
  if (from === null) {
    if (old === undefined && schema === undefined) throw nothingToExport(contract);
    const value = old?.value ?? null;
    const payload = { value, ...(schema === undefined ? {} : { schema }) } as JsonObject;
    return { op: { ...head, payload }, pending: null };
  }
  await refuseUnmatched(workspace, options.sources.length > 0 ? from.sources : []);
  return fromSources(workspace, head, { old, entry }, { ...from, schema });
}

const headOf = (
  context: Context,
  workspace: Workspace,
  options: ExportOptions,
  { domain, contract }: Asked,
  old: ContractFile | undefined,
): PublishOp => ({
  verb: 'publish',
  ...opHead(context, workspace.who()),
  domain,
  contract,
  repo: workspace.name,
  base: old === undefined ? null : { version: old.version, source: old.source_commit ?? null },
  source: null,
  ...(options.version === undefined ? {} : { version: semverVersion(options.version) }),
  ...(options.description === undefined ? {} : { description: options.description }),
  ...(options.schema === undefined ? {} : { schemaByHand: true }),
});

async function schemaByHand(workspace: Workspace, options: ExportOptions): Promise<JsonObject | undefined> {
  if (options.schema === undefined) return undefined;
  const schema = await readYamlFile(workspace, options.schema);
  if (!isObject(schema)) throw usageError(`'${options.schema}' does not contain a JSON Schema`);
  return schema;
}

/** The tip's value is published as it is; what a plan refuses there is said, and the sources stay undeclared. */
async function fromSources(
  workspace: Workspace,
  head: PublishOp,
  { old, entry }: Known,
  from: NonNullable<Awaited<ReturnType<typeof sourcesAndReader>>> & { schema: JsonObject | undefined },
): Promise<{ op: PublishOp; pending: string | null }> {
  const { domain, contract } = head;
  const { sources, extract, schema } = from;
  const all = [...new Set([...(entry?.source_files ?? []), ...sources])];
  const kind = from.kind ?? (old === undefined ? undefined : kindOf(old));
  if (kind !== undefined && old !== undefined) mustStayOfKind(contract, kindOf(old), kind, all);
  const declared: PublishOp = {
    ...head,
    ...(kind === undefined ? {} : { kind: kind.name }),
    sources,
    ...(extract === undefined ? {} : { extract: extract as DetectorEntry & JsonObject }),
  };
  try {
    const detector = extract ?? entry?.extract ?? DEFAULT_DETECTOR;
    const read = await readPublished(workspace, `${domain}/${contract}`, all, detector);
    const content =
      schema === undefined
        ? await contentOf(workspace, contract, read)
        : { payload: { value: read.extraction.value, schema } };
    return { op: { ...declared, source: read.source, ...content }, pending: null };
  } catch (error) {
    // New sources of a contract that exists may be written today and pushed tomorrow.
    if (old === undefined || !(error instanceof RealmError) || error.code !== 'not-published-yet')
      throw error;
    return { op: declared, pending: error.message };
  }
}

const nothingToExport = (contract: string): RealmError =>
  usageError(
    `specify the source of '${contract}'`,
    '--source <path>, --detect, --value <JSON> or --file <YAML file>',
  );
