import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { readCache } from '../../cache-file.ts';
import { replaceFile } from '../../checkout/user-index.ts';
import { changedFiles } from '../../git/diff.ts';
import { orIfFatal } from '../../git/run.ts';
import { consumersOf, type OwnImport, ownExports, ownImports } from '../../realm/exports.ts';
import { domainPath, paths } from '../../realm/kinds.ts';
import { ownerOf } from '../../realm/ownership.ts';
import { parseFile } from '../../realm/parse.ts';
import type { FileKind, FileTypes } from '../../realm/types.ts';
import { type ContractChanged, messageLine, readMessage } from '../../session/message.ts';
import { changesSince, importStateOf } from '../contract/resolve.ts';
import { type Context, isoSeconds } from '../open/context.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';

/** What concerns this repo and happened since it last looked. Git is the source: without any socket it is complete. */
export interface Inbox {
  /** The realm commit up to which everything was seen; `null`: it never looked. */
  seen: string | null;
  /** The realm's main branch now. */
  tip: string | null;
  news: NewsItem[];
  /** Announced by a session, and not in this clone's realm yet: a hint. */
  live: ContractChanged[];
}

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

/** `git realm inbox`: what is new; unless `keep`, it counts as seen from now on. */
export const readInbox = (context: Context, options: { keep: boolean }): Promise<Inbox & { repo: string }> =>
  inWorkspace(context, async (workspace) => {
    const inbox = await inboxOf(context, workspace);
    if (!options.keep && inbox.tip !== null)
      await writeMark(workspace, { oid: inbox.tip, at: isoSeconds(context.now()) });
    return { repo: workspace.name, ...inbox };
  });

/** Gather it; costs one small read where nothing happened since. */
export async function inboxOf(context: Context, workspace: Workspace): Promise<Inbox> {
  const tip = workspace.snapshot.commit?.oid ?? null;
  const mark = readMark(workspace);
  const news =
    mark !== null && mark.oid === tip ? [] : await newsSince(context, workspace, mark?.oid ?? null);
  return { seen: mark?.oid ?? null, tip, news, live: liveNotices(context, workspace, mark?.at ?? '') };
}

/** Where there is no news, the mark moves along: the next look then has nothing to compare. */
export async function markQuiet(workspace: Workspace, inbox: Inbox): Promise<void> {
  if (inbox.news.length > 0 || inbox.tip === null || inbox.seen === inbox.tip) return;
  const at = readMark(workspace)?.at ?? '';
  await writeMark(workspace, { oid: inbox.tip, at });
}

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

/** How far this repo has looked. */
interface Mark {
  oid: string;
  /** When a person last did; `null` if never. */
  at: string | null;
}

const markFile = (workspace: Workspace): string => path.join(workspace.repo.commonDir, 'realm', 'seen');

function readMark(workspace: Workspace): Mark | null {
  const text = readCache(markFile(workspace))?.toString('utf8') ?? '';
  const [, oid, at = ''] = /^([0-9a-f]{40}|[0-9a-f]{64}) ?(.*)\n$/.exec(text) ?? [];
  return oid === undefined ? null : { oid, at: at || null };
}

/** A repository that cannot be written, and one of CI, go without. */
async function writeMark(workspace: Workspace, mark: Mark): Promise<void> {
  if (workspace.ephemeral) return;
  await replaceFile(markFile(workspace), `${mark.oid} ${mark.at ?? ''}\n`).catch(() => {});
}

/** Most bytes and lines of what sessions heard: the newest ones are kept. */
const MAX_NOTICES = 256 * 1024;
const KEPT_NOTICES = 50;
const NOTICE_DAYS = 7;

const noticeFile = (commonDir: string): string => path.join(commonDir, 'realm', 'live');

/** Keep what a session heard, for `status` and `inbox`. */
export async function keepNotice(commonDir: string, notice: ContractChanged): Promise<void> {
  const file = noticeFile(commonDir);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await appendFile(file, messageLine(notice));
    if ((await stat(file)).size <= MAX_NOTICES) return;
    const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
    await replaceFile(file, `${lines.slice(-KEPT_NOTICES).join('\n')}\n`);
  } catch {
    // A hint: what is published is found in the realm.
  }
}

/** The newest one of each contract that this repo imports, while the realm here still has the version before it. */
function liveNotices(context: Context, workspace: Workspace, seenAt: string): ContractChanged[] {
  const text = readCache(noticeFile(workspace.repo.commonDir))?.toString('utf8') ?? '';
  if (text === '') return [];
  const { model } = workspace.snapshot;
  const oldest = isoSeconds(new Date(context.now().getTime() - NOTICE_DAYS * 24 * 3600 * 1000));
  const imports = new Set(ownImports(model, workspace.name).map((own) => `${own.domain}/${own.contract}`));
  const newest = new Map<string, ContractChanged>();
  for (const line of text.split('\n')) {
    const notice = readMessage(line);
    if (notice?.type !== 'ContractChanged') continue;
    const { domain, contract, at, from } = notice;
    if (!imports.has(`${domain}/${contract}`) || at <= seenAt || at < oldest) continue;
    if (model.contract(domain, contract)?.version === from) newest.set(`${domain}/${contract}`, notice);
  }
  return [...newest.values()];
}
