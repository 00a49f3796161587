import { changedFiles } from '../../git/diff.ts';
import { orIfFatal } from '../../git/run.ts';
import { consumersOf, type OwnImport, ownExports, ownImports } from '../../realm/exports.ts';
import { domainPath, paths } from '../../realm/kinds.ts';
import { ownerOf } from '../../realm/ownership.ts';
import { parseFile } from '../../realm/parse.ts';
import type { FileKind, FileTypes } from '../../realm/types.ts';
import { changesSince, importStateOf } from '../contract/resolve.ts';
import type { Context } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';

/** What happened in the realm that concerns this repo. */
export type NewsItem =
  /** An imported contract has another version (`to` is `null`: it is gone), and the import does not follow yet. */
  | {
      kind: 'contract';
      domain: string;
      contract: string;
      from: string | null;
      to: string | null;
      owner: string | null;
      state: 'stale' | 'broken';
      changes: string[];
    }
  /** A repo began to import what this one exports. */
  | { kind: 'consumer'; domain: string; contract: string; repo: string; range: string }
  /** A contract is offered to this repo, which has to accept it. */
  | { kind: 'offer'; domain: string; contract: string; owner: string | null }
  /** This repo became a member of a domain. */
  | { kind: 'domain'; domain: string; description: string | null }
  /** An issue for this repo in the embedded forge is open. */
  | { kind: 'issue'; number: number; title: string };

/**
 * What the realm has since a commit that this repo should know of; with `null` (it never looked, or that commit is gone)
 * what its own bindings show.
 */
export async function newsSince(
  context: Context,
  workspace: Workspace,
  since: string | null,
): Promise<NewsItem[]> {
  const tip = workspace.snapshot.commit?.oid;
  if (tip === undefined) return [];
  const changed = since === null ? null : await changedPaths(workspace, since, tip);
  if (since === null || changed === null)
    return [
      ...staleNews(context, workspace),
      ...offerNews(workspace, contractsAround(workspace)),
      ...issueNews(workspace),
    ];
  return [
    ...(await contractNews(context, workspace, since, changed)),
    ...offerNews(workspace, changed),
    ...(await consumerNews(workspace, since, changed)),
    ...(await domainNews(workspace, since, changed)),
    ...issueNews(workspace).filter(({ number }) => changed.has(paths.issue(workspace.name, number))),
  ];
}

/** `null`: the older commit is not in this store any more. */
async function changedPaths(workspace: Workspace, from: string, to: string): Promise<Set<string> | null> {
  const options = { below: ['domains', 'forge'], withGone: true };
  const changed = await orIfFatal(changedFiles(workspace.store.repo, from, to, options), null);
  return changed === null ? null : new Set(changed);
}

function staleNews(context: Context, workspace: Workspace): NewsItem[] {
  return ownImports(workspace.snapshot.model, workspace.name).flatMap((own) =>
    contractItem(context, own, own.entry.resolved_version ?? null),
  );
}

async function contractNews(
  context: Context,
  workspace: Workspace,
  since: string,
  changed: ReadonlySet<string>,
): Promise<NewsItem[]> {
  const items: NewsItem[] = [];
  for (const own of ownImports(workspace.snapshot.model, workspace.name)) {
    const file = paths.contract(own.domain, own.contract);
    if (!changed.has(file)) continue;
    const before = await past(workspace, since, 'contract', file);
    if (before?.version === own.published?.version) continue;
    items.push(...contractItem(context, own, before?.version ?? null));
  }
  return items;
}

function contractItem(context: Context, own: OwnImport, from: string | null): NewsItem[] {
  const { state } = importStateOf(own, context.now());
  if (state === 'current') return [];
  return [
    {
      kind: 'contract',
      domain: own.domain,
      contract: own.contract,
      from,
      to: own.published?.version ?? null,
      owner: own.published?.owner ?? null,
      state,
      changes: changesSince(own.published, from ?? undefined),
    },
  ];
}

function offerNews({ snapshot: { model }, name }: Workspace, changed: Iterable<string>): NewsItem[] {
  return [...changed].flatMap((path): NewsItem[] => {
    const file = model.file('contract', path);
    if (file?.offered_to === undefined || model.repoNow(file.offered_to) !== name) return [];
    const domain = domainPath(path)?.domain ?? '';
    return [{ kind: 'offer', domain, contract: file.name, owner: ownerOf(model, domain, file.name) ?? null }];
  });
}

/** The contracts of the domains that this repo is in, by path. */
const contractsAround = ({ snapshot: { model }, name }: Workspace): string[] =>
  model
    .domainNames()
    .filter((domain) => model.domain(domain)?.members?.includes(name))
    .flatMap((domain) => model.contractNames(domain).map((contract) => paths.contract(domain, contract)));

async function consumerNews(
  workspace: Workspace,
  since: string,
  changed: ReadonlySet<string>,
): Promise<NewsItem[]> {
  const { model } = workspace.snapshot;
  const items: NewsItem[] = [];
  for (const { domain, contract } of ownExports(model, workspace.name)) {
    for (const { repo, entry } of consumersOf(model, domain, contract)) {
      const file = model.binding(domain, repo)?.path ?? '';
      if (repo === workspace.name || !changed.has(file)) continue;
      const before = await past(workspace, since, 'binding', file);
      if (before?.imports?.some((imported) => imported.contract === contract)) continue;
      items.push({ kind: 'consumer', domain, contract, repo, range: entry.version });
    }
  }
  return items;
}

async function domainNews(
  workspace: Workspace,
  since: string,
  changed: ReadonlySet<string>,
): Promise<NewsItem[]> {
  const { model } = workspace.snapshot;
  const items: NewsItem[] = [];
  for (const name of model.domainNames()) {
    const domain = model.domain(name);
    if (!changed.has(paths.domain(name)) || !domain?.members?.includes(workspace.name)) continue;
    const before = await past(workspace, since, 'domain', paths.domain(name));
    if (before?.members?.includes(workspace.name)) continue;
    items.push({ kind: 'domain', domain: name, description: domain.description ?? null });
  }
  return items;
}

function issueNews(workspace: Workspace): Extract<NewsItem, { kind: 'issue' }>[] {
  const { model } = workspace.snapshot;
  return model.under(`forge/${workspace.name}/issues/`).flatMap((file) => {
    const issue = model.file('issue', file);
    return issue?.state === 'open' ? [{ kind: 'issue', number: issue.number, title: issue.title }] : [];
  });
}

/** A file of the realm as an older commit had it. */
async function past<K extends FileKind>(
  workspace: Workspace,
  commit: string,
  kind: K,
  file: string,
): Promise<FileTypes[K] | undefined> {
  const object = await workspace.store.objects.read(`${commit}:${file}`);
  if (object?.type !== 'blob') return undefined;
  const parsed = parseFile(kind, file, object.bytes.toString('utf8'));
  return parsed.ok ? parsed.value : undefined;
}
