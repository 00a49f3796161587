import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { readCache } from '../../cache-file.ts';
import { replaceFile } from '../../checkout/user-index.ts';
import { ownImports } from '../../realm/exports.ts';
import { type ContractChanged, messageLine, readMessage } from '../../session/message.ts';
import { type Context, isoSeconds } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';

/** How far this repo has looked. */
interface Mark {
  oid: string;
  /** When a person last did; `null` if never. */
  at: string | null;
}

const markFile = (workspace: Workspace): string => path.join(workspace.repo.commonDir, 'realm', 'seen');

/** How far this repo has looked; `null`: it never did. */
export function readMark(workspace: Workspace): Mark | null {
  const text = readCache(markFile(workspace))?.toString('utf8') ?? '';
  const [, oid, at = ''] = /^([0-9a-f]{40}|[0-9a-f]{64}) ?(.*)\n$/.exec(text) ?? [];
  return oid === undefined ? null : { oid, at: at || null };
}

/** A repository that cannot be written, and one of CI, go without. */
export async function writeMark(workspace: Workspace, mark: Mark): Promise<void> {
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
export function liveNotices(context: Context, workspace: Workspace, seenAt: string): ContractChanged[] {
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
