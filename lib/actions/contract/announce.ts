import { drifts, type ExportDrift } from '../../checkout/drift.ts';
import type { Level } from '../../checkout/levels.ts';
import { consumersOf } from '../../realm/exports.ts';
import type { ContractChanged } from '../../session/message.ts';
import { tell } from '../../session/tell.ts';
import { type Context, isoSeconds } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import type { Publication } from './publish.ts';

/** Tell the sessions that watch them: these exports changed here, and others will see it once it is pushed and synced. */
export async function announceDrift(
  context: Context,
  workspace: Workspace,
  drifting: readonly ExportDrift[],
  level: Level,
): Promise<void> {
  const changes = drifting.flatMap((drift) => {
    const at = drift.levels[level];
    if (!drifts(at)) return [];
    const { version, verdict, lines } = at.judgement;
    const { domain, contract, file } = drift;
    return [{ domain, contract, from: file.version, to: version, verdict: verdict.verdict, changes: lines }];
  });
  await announce(context, workspace, 'draft', changes);
}

type Published = Pick<
  Publication,
  'domain' | 'contract' | 'from' | 'version' | 'verdict' | 'changes' | 'commit'
>;

/** Tell the sessions that watch them what became of publications; those that made no commit are not news. */
export async function announcePublished(
  context: Context,
  workspace: Workspace,
  publications: readonly Published[],
): Promise<void> {
  const done = publications.filter(({ commit }) => commit !== null);
  const changes = done.map(({ domain, contract, from, version, verdict, changes }) => ({
    domain,
    contract,
    from,
    to: version,
    verdict,
    changes,
  }));
  await announce(context, workspace, 'published', changes);
}

type Change = Pick<ContractChanged, 'domain' | 'contract' | 'from' | 'to' | 'verdict' | 'changes'>;

/** Sessions of the consumers, of every session that watches it, and of this repo itself. A hint: it never fails. */
async function announce(
  context: Context,
  workspace: Workspace,
  stage: ContractChanged['stage'],
  changes: readonly Change[],
): Promise<void> {
  if (changes.length === 0) return;
  const own = workspace.name;
  const at = isoSeconds(context.now());
  const messages = changes.map((change): ContractChanged => {
    return { version: 1, type: 'ContractChanged', from_repo: own, ...change, stage, at };
  });
  const { model } = workspace.snapshot;
  await tell(context.env, workspace.file.realm.name, messages, (session, message) => {
    if (message.type !== 'ContractChanged') return false;
    const { domain, contract } = message;
    if (session.repo === own || session.watches.includes(`${domain}/${contract}`)) return true;
    return consumersOf(model, domain, contract).some(({ repo }) => repo === session.repo);
  });
}
