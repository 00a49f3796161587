import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { typedPath } from '../checkout/typed-path.ts';
import { satisfies } from '../compat/semver.ts';
import { RealmError, usageError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { domainName, pathspec, semverRange } from '../names.ts';
import type { ImportOp } from '../realm/ops/import.ts';
import type { DetectorEntry } from '../realm/types.ts';
import { resolveContract } from './address.ts';
import { type Flow, opHead } from './flow.ts';
import { type Ended, endGracePeriods } from './grace.ts';
import { refreshWatchList } from './hooks.ts';
import { writeMembership } from './membership.ts';
import { type Proof, proofOf, resolved } from './resolve.ts';
import type { Shared } from './share.ts';
import { inWorkspace, perform, share, type Workspace } from './workspace.ts';

export interface ImportOptions {
  contract: string;
  domain?: string | undefined;
  /** A semver range; default `^<published version>`. */
  version?: string | undefined;
  binding?: string | undefined;
  verify?: string | undefined;
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
export function importContract(flow: Flow, options: ImportOptions): Promise<ImportResult> {
  return inWorkspace(flow, async (workspace) => {
    const inDomain = options.domain === undefined ? undefined : (domainName(options.domain) as string);
    mustBeIn(workspace, inDomain);
    const { domain, contract } = resolveContract(
      workspace.snapshot.model,
      options.contract,
      inDomain,
      flow.note,
    );
    mustBeIn(workspace, domain);
    const published = workspace.snapshot.model.contract(domain, contract);
    if (published === undefined)
      throw new RealmError('realm-file-invalid', `'${domain}/${contract}' does not validate`, {
        hint: 'git realm doctor',
      });
    const range = semverRange(options.version ?? `^${published.version}`) as string;
    if (!satisfies(published.version, range, { includePrerelease: true })) {
      throw new RealmError(
        'range-unsatisfied',
        `'${contract}' is at ${published.version}: nothing published satisfies '${range}'`,
        {
          hint: `--version '>=${published.version}'`,
          data: { published: published.version, range },
        },
      );
    }
    const binding =
      options.binding === undefined ? undefined : await bindingFile(flow, workspace, options.binding);
    const verify = await verifyOf(workspace, options, binding);
    const own = {
      domain,
      contract,
      published,
      entry: { contract, version: range, ...(binding ? { binding } : {}), ...(verify ? { verify } : {}) },
    };
    const proof = await proofOf(workspace, own);
    const tip = workspace.heads.tip.kind === 'none' ? null : workspace.heads.tip.oid;
    // What is relied on from now on is resolved as it stands, unless verify shows a gap: then it starts out stale.
    const gap = proof.kind === 'uncovered';
    const resolution = gap
      ? { status: 'stale', covers: proof.covers }
      : resolved(own, proof, tip, flow.now());
    const op: ImportOp = {
      verb: 'import',
      ...opHead(flow, workspace.who()),
      domain,
      contract,
      repo: workspace.name,
      range,
      ...(binding === undefined ? {} : { binding }),
      ...(verify === undefined ? {} : { verify: verify as DetectorEntry & JsonObject }),
      payload: resolution as unknown as JsonObject,
    };
    const applied = await perform(flow, workspace, op);
    const ended = await endGracePeriods(flow, workspace);
    const shared = await share(flow, workspace);
    const configChanged = await writeMembership(workspace.repo, {
      store: workspace.store,
      repo: workspace.name,
    });
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

/** A file of this repository, named from its root; what the user typed is relative to where he is. */
async function bindingFile(flow: Flow, workspace: Workspace, typed: string): Promise<string> {
  const top = workspace.repo.worktree;
  if (top === null) return pathspec(typed);
  const named = path.isAbsolute(typed) ? path.relative(top, typed) : await typedPath(top, flow.cwd, typed);
  const [root, found] = await Promise.all(
    [top, path.join(top, named)].map((one) => realpath(one).catch(() => null)),
  );
  // A link may lead out of it.
  const inside = path.relative(root ?? top, found ?? path.dirname(root ?? top));
  if (inside !== '..' && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside))
    return pathspec(named);
  throw new RealmError('no-such-file', `no file '${typed}' in this repository`, {
    hint: 'name the file that uses the contract: --binding <path>',
  });
}

/** The detector asked for, or one that reads the binding and finds something in it. */
async function verifyOf(
  workspace: Workspace,
  options: ImportOptions,
  binding: string | undefined,
): Promise<DetectorEntry | undefined> {
  if (binding === undefined) {
    if (options.verify !== undefined) throw usageError('--verify needs --binding <path>');
    return undefined;
  }
  const { detectorNamed, detectors } = await import('../detect/index.ts');
  if (options.verify !== undefined) return { detector: detectorNamed(options.verify).name };
  const { index, worktree } = await workspace.levels.inCheckout([binding]);
  const [source] = worktree.length > 0 ? worktree : index;
  if (source === undefined) return undefined;
  const file = await source.read();
  for (const detector of detectors.values()) {
    if (!detector.roles.includes('import') || !detector.reads(source.path) || !detector.triggers(file.bytes))
      continue;
    const extraction = await detector.extract([file], {});
    if (extraction.parts.length > 0) return { detector: detector.name };
  }
  return undefined;
}
