import type {
  ContractLog,
  LoggedCommit,
  LoggedVersion,
  LogResult,
  RealmLog,
  Told,
} from '../../actions/contract/log.ts';
import { inLines } from '../../visible.ts';
import { paint } from '../terminal.ts';

interface Paper {
  readonly colour: boolean;
}

/** `git realm log` for people. */
export const logText = (log: LogResult, paper: Paper): string =>
  log.kind === 'realm' ? realmText(log, paper) : contractText(log, paper);

function realmText(log: RealmLog, paper: Paper): string {
  const lines = log.commits.map((commit) => commitLine(commit, paper));
  return inLines([...lines, ...moreLine(log.more, log.commits.length, 'git realm log')]);
}

function commitLine(commit: LoggedCommit, paper: Paper): string {
  const { email, name } = commit.author;
  const who = email === '' ? name : email;
  // Most subjects name the repo already.
  const where = commit.repo === null || commit.subject.includes(commit.repo) ? '' : `, ${commit.repo}`;
  const by = `(${who}${where}${commit.op === null ? ', edited manually' : ''})`;
  return `${dateWords(commit.date)} ${paint(paper, 'yellow', commit.oid.slice(0, 8))} ${commit.subject} ${paint(paper, 'dim', by)}`;
}

function contractText(log: ContractLog, paper: Paper): string {
  const name = `${log.domain}/${log.contract}`;
  const waiting = log.proposals.map(
    (proposal) =>
      `${paint(paper, 'yellow', 'proposed')}  ${dateWords(proposal.date)} by ${proposal.author}, waits for ${proposal.approvers.join(' or ') || 'an approver'} (${proposal.id})`,
  );
  const lines = [
    ...waiting,
    ...log.versions.flatMap((version) => versionLines(version, log.contract, paper)),
  ];
  const more = moreLine(log.more, log.versions.length, `git realm log ${name}`);
  return inLines([paint(paper, 'bold', name), ...lines, ...more]);
}

function versionLines(entry: LoggedVersion, contract: string, paper: Paper): string[] {
  const from = entry.source === null ? '' : ` from ${entry.repo ?? 'commit'} ${entry.source.slice(0, 8)}`;
  const version = paint(paper, 'green', entry.version);
  const by = paint(paper, 'dim', `(${entry.by})${entry.name === contract ? '' : `, as ${entry.name}`}`);
  return [
    `${version}  ${dateWords(entry.date)} ${paint(paper, 'yellow', entry.commit.slice(0, 8))}${from} ${by}`,
    ...entry.changes.map((change) => `  ${change}`),
    ...entry.story.map((told) => `  ${paint(paper, 'dim', toldLine(told))}`),
    ...(entry.effect === null
      ? []
      : [`  ${entry.effect.passed ? 'in effect since' : 'takes effect'} ${dateWords(entry.effect.at)}`]),
  ];
}

function toldLine({ what, by, at, detail }: Told): string {
  const when = dateWords(at);
  switch (what) {
    case 'proposed':
      return `proposed ${when} by ${by} (${detail})`;
    case 'approval':
      return `approved ${when} by ${by}`;
    case 'rejection':
      return `rejected ${when} by ${by}: ${detail}`;
    case 'withdrawal':
      return `approval withdrawn ${when} by ${by}${detail === null ? '' : `: ${detail}`}`;
    case 'acknowledgement':
      return `acknowledged ${when} by ${detail} (${by})`;
  }
}

const moreLine = (more: boolean, count: number, command: string): string[] =>
  more ? [`… older entries: ${command} -n ${count * 5}`] : [];

/** `2026-01-24 10:00`, UTC. */
const dateWords = (iso: string): string => iso.slice(0, 16).replace('T', ' ');
