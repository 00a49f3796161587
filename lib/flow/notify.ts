import { cell } from '../change/block.ts';
import type { Forge } from '../forge/types.ts';
import { consumersOf, ownExports } from '../realm/exports.ts';
import type { ContractFile, ImportEntry } from '../realm/types.ts';
import { forgeOfRepo } from './change/forges.ts';
import type { Flow } from './flow.ts';
import { stateOf } from './resolve.ts';
import type { Workspace } from './workspace.ts';

/** An issue that was opened, brought up, or closed. */
export interface Notified {
  repo: string;
  contract: string;
  version: string;
  number: number;
  what: 'opened' | 'closed';
}

/** What stands in the body of the issue of one consumer and version: it is found again by this. */
export const marker = (contract: string, consumer: string, version: string): string =>
  `${prefix(contract, consumer)}${version} -->`;

const prefix = (contract: string, consumer: string): string =>
  `<!-- git-realm:notice ${contract} ${consumer} `;

/**
 * One issue per consumer whose import of our contracts is not at the published version: opened once, closed when a newer
 * version takes its place (DESIGN §10). A second run changes nothing.
 */
export async function notifyConsumers(flow: Flow, workspace: Workspace): Promise<Notified[]> {
  const { model } = workspace.snapshot;
  const done: Notified[] = [];
  for (const { domain, contract, file } of ownExports(model, workspace.name)) {
    const name = `${domain}/${contract}`;
    for (const { repo, entry } of consumersOf(model, domain, contract)) {
      if (repo === workspace.name || entry.resolved_version === undefined) continue;
      const state = stateOf({ domain, contract, entry, published: file }, flow.now());
      const forge = forgeOfRepo(flow, workspace, repo);
      if (state.state !== 'current') {
        const notice = noticeOf(workspace.name, name, repo, file, entry, state.reason);
        const number = await forge.notify(notice);
        if (number !== null)
          done.push({ repo, contract: name, version: file.version, number, what: 'opened' });
        done.push(...(await supersede(forge, repo, name, file.version)));
      }
    }
  }
  return done;
}

/** Close the issues about imports of this repo that are current now. */
export async function settleNotices(flow: Flow, workspace: Workspace): Promise<Notified[]> {
  const { model } = workspace.snapshot;
  const done: Notified[] = [];
  const own = workspace.name;
  const forge = forgeOfRepo(flow, workspace, own);
  for (const domain of model.domainNames()) {
    for (const entry of model.binding(domain, own)?.file.imports ?? []) {
      const published = model.contract(domain, entry.contract);
      const state = stateOf({ domain, contract: entry.contract, entry, published }, flow.now());
      if (state.state !== 'current') continue;
      const name = `${domain}/${entry.contract}`;
      const version = entry.resolved_version ?? published?.version ?? '';
      for (const open of await forge.notices(prefix(name, own))) {
        const number = await forge.settle(open.marker, `Resolved: ${own} is at ${version}.`);
        if (number !== null) done.push({ repo: own, contract: name, version, number, what: 'closed' });
      }
    }
  }
  return done;
}

async function supersede(forge: Forge, repo: string, name: string, version: string): Promise<Notified[]> {
  const done: Notified[] = [];
  for (const open of await forge.notices(prefix(name, repo))) {
    if (open.marker === marker(name, repo, version)) continue;
    const number = await forge.settle(open.marker, `Superseded by ${version}.`);
    if (number !== null) done.push({ repo, contract: name, version, number, what: 'closed' });
  }
  return done;
}

function noticeOf(
  provider: string,
  name: string,
  consumer: string,
  file: ContractFile,
  entry: ImportEntry,
  reason: string,
) {
  const releases = file.changelog ?? file.evolution ?? [];
  const since = releases.findIndex((release) => release.version === entry.resolved_version);
  const news = (since < 0 ? releases.slice(0, 1) : releases.slice(0, since)).slice(0, 20);
  const lines = [
    marker(name, consumer, file.version),
    `${provider} published \`${name}\` ${file.version}; ${consumer} is at ${entry.resolved_version ?? 'none'} (${cell(reason)}).`,
    '',
    ...news.flatMap((release) =>
      (release.changes ?? []).map((change) => `- ${release.version}: ${cell(change)}`),
    ),
    '',
    ...(entry.binding === undefined ? [] : [`What uses it: \`${entry.binding}\``, '']),
    'Bring it up to date, push it, then:',
    '',
    '```',
    'git realm sync',
    '```',
  ];
  return {
    marker: marker(name, consumer, file.version),
    title: `${name} ${file.version}: ${consumer} is at ${entry.resolved_version ?? 'no version'}`,
    body: lines.join('\n'),
    labels: ['git-realm'],
  };
}
