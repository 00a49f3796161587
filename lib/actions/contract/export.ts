import { typedPath } from '../../checkout/typed-path.ts';
import { RealmError, usageError } from '../../errors.ts';
import type { JsonValue } from '../../json.ts';
import { contractName, domainName } from '../../names.ts';
import type { Context } from '../open/context.ts';
import { refreshWatchList } from '../open/hooks.ts';
import { writeMembership } from '../open/membership.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { perform } from '../share/perform.ts';
import { type Shared, share } from '../share/share.ts';
import { announcePublished } from './announce.ts';
import { type DetectedExport, detectIn } from './detect.ts';
import { exportOp } from './export-op.ts';

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
    const { op, pending } = await exportOp(context, workspace, options, { domain, contract, detected });
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
