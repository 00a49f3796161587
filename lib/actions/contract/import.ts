import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { readSources } from '../../checkout/levels.ts';
import { typedPath } from '../../checkout/typed-path.ts';
import { satisfies } from '../../compat/semver.ts';
import type { SourceFile } from '../../detect/types.ts';
import { RealmError, usageError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { kindOf, problemOfKind, useAsked } from '../../kinds/index.ts';
import { readUse } from '../../kinds/read.ts';
import { detectorOf } from '../../kinds/readers.ts';
import type { Kind, Use } from '../../kinds/types.ts';
import { domainName, pathspec, semverRange } from '../../names.ts';
import type { OwnImport } from '../../realm/exports.ts';
import type { ImportOp, Resolution } from '../../realm/ops/import.ts';
import type { ContractFile, DetectorEntry } from '../../realm/types.ts';
import { type Context, opHead } from '../open/context.ts';
import { refreshWatchList } from '../open/hooks.ts';
import { writeMembership } from '../open/membership.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { perform } from '../share/perform.ts';
import { type Shared, share } from '../share/share.ts';
import { resolveContract } from './address.ts';
import { mustHaveOptions, withOptions } from './export-sources.ts';
import { type Ended, endGracePeriods } from './grace.ts';
import { evidenceOf, type Proof, proofOf, resolved, stateOfProof } from './resolve.ts';
import { useReader } from './use-reader.ts';

export interface ImportOptions {
  contract: string;
  domain?: string | undefined;
  /** A semver range; default `^<published version>`. */
  version?: string | undefined;
  binding?: string | undefined;
  verify?: string | undefined;
  /** Options of the reader that `verify` names, `key=value`. */
  with?: readonly string[] | undefined;
}

export interface ImportResult {
  domain: string;
  contract: string;
  range: string;
  version: string;
  status: string;
  binding: string | null;
  verify: string | null;
  proof: Proof;
  commit: string | null;
  /** Grace periods that waited for this import alone: over. */
  ended: Ended[];
  shared: Shared;
  configChanged: boolean;
}

/** Declare that this repo relies on a contract, and where; resolved at once where that can be proved. */
export function importContract(context: Context, options: ImportOptions): Promise<ImportResult> {
  return inWorkspace(context, async (workspace) => {
    const asked = contractAsked(context, workspace, options);
    const { domain, contract, published, range } = asked;
    const { binding, verify } = await useOf(context, workspace, options, asked);
    const own = {
      domain,
      contract,
      published,
      entry: { contract, version: range, ...(binding ? { binding } : {}), ...(verify ? { verify } : {}) },
    };
    const proof = await proofOf(workspace, own);
    const resolution = firstResolution(context, workspace, own, proof);
    const op: ImportOp = {
      verb: 'import',
      ...opHead(context, workspace.who()),
      domain,
      contract,
      repo: workspace.name,
      range,
      ...(binding === undefined ? {} : { binding }),
      ...(verify === undefined ? {} : { verify: verify as DetectorEntry & JsonObject }),
      payload: resolution as unknown as JsonObject,
    };
    const applied = await perform(context, workspace, op);
    const ended = await endGracePeriods(context, workspace);
    const shared = await share(context, workspace);
    const { repo, store, name } = workspace;
    const configChanged = await writeMembership(repo, { store, repo: name });
    await refreshWatchList(workspace);
    return {
      domain,
      contract,
      range,
      version: published.version,
      status: resolution.status,
      binding: binding ?? null,
      verify: verify?.detector ?? null,
      proof,
      commit: applied.commit,
      ended,
      shared,
      configChanged,
    };
  });
}

/** What is to be imported: a published contract, and the versions of it that are accepted. */
interface Asked {
  domain: string;
  contract: string;
  published: ContractFile;
  range: string;
}

function contractAsked(context: Context, workspace: Workspace, options: ImportOptions): Asked {
  const { model } = workspace.snapshot;
  const inDomain = options.domain === undefined ? undefined : (domainName(options.domain) as string);
  mustBeIn(workspace, inDomain);
  const { domain, contract } = resolveContract(model, options.contract, inDomain, context.note);
  mustBeIn(workspace, domain);
  const published = model.contract(domain, contract);
  if (published === undefined)
    throw new RealmError('realm-file-invalid', `'${domain}/${contract}' is not valid`, {
      hint: 'git realm doctor',
    });
  const range = semverRange(options.version ?? `^${published.version}`) as string;
  if (!satisfies(published.version, range, { includePrerelease: true })) {
    throw new RealmError(
      'range-unsatisfied',
      `no published version of '${contract}' satisfies '${range}' (latest: ${published.version})`,
      {
        hint: `--version '>=${published.version}'`,
        data: { published: published.version, range },
      },
    );
  }
  return { domain, contract, published, range };
}

/** Which file uses it, and what reads that. What an import says already stays, unless it is said again. */
async function useOf(
  context: Context,
  workspace: Workspace,
  options: ImportOptions,
  { domain, contract, published }: Asked,
): Promise<{ binding: string | undefined; verify: DetectorEntry | undefined }> {
  const known = workspace.snapshot.model
    .binding(domain, workspace.name)
    ?.file.imports?.find((entry) => entry.contract === contract);
  const binding =
    options.binding === undefined ? known?.binding : await bindingFile(context, workspace, options.binding);
  const strange = published.kind === undefined ? null : await problemOfKind(published.kind);
  if (strange !== null && options.verify !== undefined) throw strange;
  const isSaid = [options.binding, options.verify, options.with?.[0]].some((option) => option !== undefined);
  const kept = isSaid ? undefined : known?.verify;
  return {
    binding,
    verify:
      kept ?? (await readerFor(workspace, options, { domain, contract, kind: kindOf(published) }, binding)),
  };
}

/** What is relied on from now on is resolved as it stands, unless verify shows a gap: then it starts out stale. */
function firstResolution(context: Context, workspace: Workspace, own: OwnImport, proof: Proof): Resolution {
  const { tip } = workspace.heads;
  if (proof.kind !== 'uncovered')
    return resolved(own, proof, tip.kind === 'none' ? null : tip.oid, context.now());
  return {
    status: 'stale',
    proof: stateOfProof(proof),
    ...evidenceOf(proof),
  };
}

function mustBeIn(workspace: Workspace, domain: string | undefined): void {
  if (domain === undefined) return;
  const { model } = workspace.snapshot;
  const there = model.domain(domain);
  if (there?.members?.includes(workspace.name)) return;
  if (there === undefined) {
    throw new RealmError('no-such-domain', `no domain '${domain}' in this realm`, {
      hint: `domains: ${model.domainNames().join(', ') || 'none yet'}`,
    });
  }
  throw new RealmError('not-a-member', `'${workspace.name}' is not in domain '${domain}'`, {
    hint: `ask ${there.members?.join(' or ') ?? 'a member'} to run: git realm domain add ${domain} --repos ${workspace.name}`,
  });
}

/** A file of this repository, named from its root; what the user typed is relative to the current directory. */
async function bindingFile(context: Context, workspace: Workspace, typed: string): Promise<string> {
  const top = workspace.repo.worktree;
  if (top === null) return pathspec(typed);
  const named = path.isAbsolute(typed) ? path.relative(top, typed) : await typedPath(top, context.cwd, typed);
  const [root, found] = await Promise.all(
    [top, path.join(top, named)].map((location) => realpath(location).catch(() => null)),
  );
  // A link may lead out of it.
  const inside = path.relative(root ?? top, found ?? path.dirname(root ?? top));
  if (inside !== '..' && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside))
    return pathspec(named);
  throw new RealmError('no-such-file', `no file '${typed}' in this repository`, {
    hint: 'specify the file that uses the contract: --binding <path>',
  });
}

/** The reader asked for, or one of the kind's own that finds something in the binding. */
async function readerFor(
  workspace: Workspace,
  options: ImportOptions,
  { domain, contract, kind }: { domain: string; contract: string; kind: Kind },
  binding: string | undefined,
): Promise<DetectorEntry | undefined> {
  if (binding === undefined) {
    if (options.verify !== undefined) throw usageError('--verify needs --binding <path>');
    return undefined;
  }
  const given = withOptions(options.with ?? []);
  if (options.verify !== undefined) {
    const use = useAsked(kind, options.verify);
    await mustHaveOptions(use.reader, given);
    mustNameFolder(use, binding);
    return { detector: use.name, ...given };
  }
  if (Object.keys(given).length > 0) throw usageError('--with needs --verify <reader>');
  const { index, worktree } = await workspace.levels.inCheckout([binding]);
  const files = await readSources(worktree.length > 0 ? worktree : index);
  for (const use of kind.uses) {
    const reader = await detectorOf(use.reader);
    const isRead = (file: SourceFile) => reader.reads(file.path) && reader.triggers(file.bytes);
    if (files.length === 0 || !(use.oneByOne ? files.some(isRead) : files.every(isRead))) continue;
    const own = { domain, contract, consumer: workspace.name };
    const { detector: _, ...wanted } = useReader(workspace.snapshot.model, own, use, {});
    const usage = await readUse(use, files, wanted as JsonObject);
    if (usage.looked === 0 || usage.unread !== null) continue;
    mustNameFolder(use, binding);
    return { detector: use.name };
  }
  return undefined;
}

/** What other files of the folder use would not be seen, and a change to that called harmless. */
function mustNameFolder({ folderOf }: Use, binding: string): void {
  if (folderOf === undefined || !binding.endsWith(folderOf)) return;
  const slash = binding.lastIndexOf('/');
  throw usageError(
    `'${binding}' is one file of a folder, and what the others use would not be seen`,
    `--binding ${slash < 0 ? '.' : binding.slice(0, slash)}`,
  );
}
