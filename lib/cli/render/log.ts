import type { ContractLog, LoggedCommit, LoggedVersion, LogResult, RealmLog } from '../../flow/log.ts';
import { paint } from '../terminal.ts';

interface Paper {
  readonly colour: boolean;
}

/** `git realm log` for people. */
export const logText = (log: LogResult, paper: Paper): string =>
  log.kind === 'realm' ? realmText(log, paper) : contractText(log, paper);

function realmText(log: RealmLog, paper: Paper): string {
  const lines = log.commits.map((commit) => commitLine(commit, paper));
  return [...lines, ...moreLine(log.more, log.commits.length, 'git realm log')].join('\n');
}

function commitLine(commit: LoggedCommit, paper: Paper): string {
  const { email, name } = commit.author;
  const who = email === '' ? name : email;
  // Most subjects name the repo already.
  const where = commit.repo === null || commit.subject.includes(commit.repo) ? '' : `, ${commit.repo}`;
  const by = `(${who}${where}${commit.op === null ? ', by hand' : ''})`;
  return `${dateWords(commit.date)} ${paint(paper, 'yellow', commit.oid.slice(0, 8))} ${commit.subject} ${paint(paper, 'dim', by)}`;
}

function contractText(log: ContractLog, paper: Paper): string {
  const name = `${log.domain}/${log.contract}`;
  const lines = log.versions.flatMap((one) => versionLines(one, paper));
  const more = moreLine(log.more, log.versions.length, `git realm log ${name}`);
  return [paint(paper, 'bold', name), ...lines, ...more].join('\n');
}

function versionLines(one: LoggedVersion, paper: Paper): string[] {
  const from = one.source === null ? '' : ` from ${one.repo ?? 'commit'} ${one.source.slice(0, 8)}`;
  const version = paint(paper, 'green', one.version);
  const by = paint(paper, 'dim', `(${one.by})`);
  return [
    `${version}  ${dateWords(one.date)} ${paint(paper, 'yellow', one.commit.slice(0, 8))}${from} ${by}`,
    ...one.changes.map((change) => `  ${change}`),
  ];
}

const moreLine = (more: boolean, count: number, command: string): string[] =>
  more ? [`… and older ones: ${command} -n ${count * 5}`] : [];

/** `2026-01-24 10:00`, UTC. */
const dateWords = (iso: string): string => iso.slice(0, 16).replace('T', ' ');
