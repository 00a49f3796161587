import { DEFAULT_DETECTOR } from '../../checkout/drift.ts';
import { typedPath } from '../../checkout/typed-path.ts';
import { RealmError, usageError } from '../../errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { kindOf } from '../../kinds/index.ts';
import { contractName, domainName, semverVersion } from '../../names.ts';
import type { PublishOp } from '../../realm/ops/publish.ts';
import type { DetectorEntry } from '../../realm/types.ts';
import { type Context, opHead } from '../open/context.ts';
import { refreshWatchList } from '../open/hooks.ts';
import { writeMembership } from '../open/membership.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { perform } from '../share/perform.ts';
import { type Shared, share } from '../share/share.ts';
import { announcePublished } from './announce.ts';
import { readYamlFile, schemaOfValue, valueByHand } from './by-hand.ts';
import { contentOf } from './content.ts';
import { type DetectedExport, detectIn } from './detect.ts';
import { mustStayOfKind, refuseUnmatched, sourcesAndReader } from './export-sources.ts';
import { readPublished } from './read-export.ts';

export interface ExportOptions {
  name?: string | undefined;
  domain?: string | undefined;
  version?: string | undefined;
  description?: string | undefined;
  /** JSON text. */
  value?: string | undefined;
  /** A YAML or JSON file with the value. */
  file?: string | undefined;
  /** A YAML or JSON file with the contract's schema. */
  schema?: string | undefined;
  /** Pathspecs to read the value from, added to those there are. */
  sources: readonly string[];
  detect: boolean;
  /** The kind of the contract; absent: by what the sources are. */
  kind?: string | undefined;
  detector?: string | undefined;
  /** Detector options, `key=value`. */
  with: readonly string[];
}

export interface ExportResult {
  domain: string;
  contract: string;
  version: string;
  /** `new`, a verdict, or `pending` where the sources are not published yet. */
  verdict: string;
  changes: string[];
  sources: string[];
  value: JsonValue;
  commit: string | null;
  shared: Shared;
  /** Why nothing was published although sources were declared. */
  pending: string | null;
  configChanged: boolean;
}

/** Declare or update what this repo exports: from code (`--source`, `--detect`) or by hand (`--value`, `--file`). */
export function exportContract(context: Context, given: ExportOptions): Promise<ExportResult> {
  return inWorkspace(context, async (workspace) => {
    const sources = given.sources.map((typed) => typedPath(workspace.repo.worktree, context.cwd, typed));
    const options = { ...given, sources: await Promise.all(sources) };
    const detected = options.detect
      ? (await detectIn(context, workspace.repo, workspace.store, workspace.name)).exports
      : [];
    const contract = contractName(nameOf(options, detected)) as string;
    const domain = domainOf(workspace, options, contract);
    const op = await operation(context, workspace, options, domain, contract, detected);
    const pending = typeof op.pending === 'string' ? op.pending : null;
    delete op.pending;
    const applied = await perform(context, workspace, op);
    const shared = await share(context, workspace);
    const left = ((workspace.file.detected_exports ?? []) as DetectedExport[]).filter(
      (found) => found.name !== contract,
    );
    const configChanged = await writeMembership(workspace.repo, {
      store: workspace.store,
      repo: workspace.name,
      detected: left,
    });
    await refreshWatchList(workspace);
    const { model } = workspace.snapshot;
    const file = model.contract(domain, contract);
    const facts = applied.planned.kind === 'commit' ? applied.planned.facts : {};
    const version = file?.version ?? '';
    const from = op.base?.version ?? '';
    const verdict = String(facts.verdict ?? 'equal');
    const changes = (facts.changes ?? []) as string[];
    await announcePublished(context, workspace, [
      {
        domain,
        contract,
        from,
        version,
        verdict,
        changes,
        commit: changes.length > 0 ? applied.commit : null,
      },
    ]);
    const entry = model
      .binding(domain, workspace.name)
      ?.file.exports?.find((exported) => exported.contract === contract);
    return {
      domain,
      contract,
      version,
      verdict: pending === null ? verdict : 'pending',
      changes,
      sources: entry?.source_files ?? [],
      value: file?.value ?? null,
      commit: applied.commit,
      shared,
      pending,
      configChanged,
    };
  });
}

async function operation(
  context: Context,
  workspace: Workspace,
  options: ExportOptions,
  domain: string,
  contract: string,
  detected: readonly DetectedExport[],
): Promise<PublishOp> {
  const { model } = workspace.snapshot;
  const old = model.contract(domain, contract);
  const entry = model
    .binding(domain, workspace.name)
    ?.file.exports?.find((exported) => exported.contract === contract);
  const head: PublishOp = {
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
  };
  const byHand = await valueByHand(workspace, options);
  const schema = options.schema === undefined ? undefined : await readYamlFile(workspace, options.schema);
  if (schema !== undefined && !isObject(schema))
    throw usageError(`'${options.schema}' does not contain a JSON Schema`);
  if (byHand !== undefined) {
    if (options.sources.length > 0 || options.detect)
      throw usageError('--value and --file cannot be used with --source or --detect');
    const described = schema ?? (old === undefined ? schemaOfValue(byHand) : {});
    return { ...head, payload: { value: byHand, schema: described as JsonObject } };
  }
  const from = await sourcesAndReader(workspace, options, contract, detected, entry);
  if (from === null) {
    if (old === undefined && schema === undefined) throw nothingToExport(contract);
    const value = old?.value ?? null;
    return { ...head, payload: { value, ...(schema === undefined ? {} : { schema }) } as JsonObject };
  }
  await refuseUnmatched(workspace, options.sources.length > 0 ? from.sources : []);
  const all = [...new Set([...(entry?.source_files ?? []), ...from.sources])];
  const kind = from.kind ?? (old === undefined ? undefined : kindOf(old));
  if (kind !== undefined && old !== undefined) mustStayOfKind(contract, kindOf(old), kind, all);
  const declared: PublishOp = {
    ...head,
    ...(kind === undefined ? {} : { kind: kind.name }),
    sources: from.sources,
    ...(from.extract === undefined ? {} : { extract: from.extract as DetectorEntry & JsonObject }),
  };
  try {
    const detector = from.extract ?? entry?.extract ?? DEFAULT_DETECTOR;
    const read = await readPublished(workspace, `${domain}/${contract}`, all, detector);
    const content =
      schema === undefined
        ? await contentOf(workspace, contract, read)
        : { payload: { value: read.extraction.value, schema } };
    // The tip's value is published as it is; what a plan refuses there is said, and the sources stay undeclared.
    return { ...declared, source: read.source, ...content };
  } catch (error) {
    // New sources of a contract that exists may be written today and pushed tomorrow.
    if (old === undefined || !(error instanceof RealmError) || error.code !== 'not-published-yet')
      throw error;
    return { ...declared, pending: error.message };
  }
}

function nameOf(options: ExportOptions, detected: readonly DetectedExport[]): string {
  if (options.name !== undefined) return options.name;
  if (detected.length === 1 && detected[0] !== undefined) return detected[0].name;
  throw usageError(
    'specify a contract: --name <contract>',
    detected.map((found) => `--name ${found.name}`).join(' or ') || undefined,
  );
}

/** The domain given, the one that has the contract, or the only one this repo is in. */
function domainOf(workspace: Workspace, options: ExportOptions, contract: string): string {
  if (options.domain !== undefined) return domainName(options.domain);
  const { model } = workspace.snapshot;
  const mine = model
    .domainNames()
    .filter((domain) => model.domain(domain)?.members?.includes(workspace.name));
  const having = mine.filter((domain) => model.contract(domain, contract) !== undefined);
  const fits = having.length > 0 ? having : mine;
  if (fits.length === 1 && fits[0] !== undefined) return fits[0];
  if (fits.length === 0) {
    throw new RealmError('no-domain', `'${workspace.name}' is not in any domain yet`, {
      hint: `git realm domain create <name> --repos ${workspace.name},<other>`,
    });
  }
  throw new RealmError('ambiguous-domain', `'${workspace.name}' is in several domains: ${fits.join(', ')}`, {
    hint: `--domain ${fits[0]}`,
    data: { candidates: fits },
  });
}

const nothingToExport = (contract: string): RealmError =>
  usageError(
    `specify the source of '${contract}'`,
    '--source <path>, --detect, --value <JSON> or --file <YAML file>',
  );
