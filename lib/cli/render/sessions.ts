import type { SessionsResult, StartedSession } from '../../actions/view/sessions.ts';
import type { WatchEvent } from '../../actions/view/watch.ts';
import type { ListedSession } from '../../session/list.ts';
import type { Session } from '../../session/registry.ts';
import { inLines } from '../../visible.ts';
import { paint } from '../terminal.ts';
import { newsLines, noticeLines } from './inbox.ts';

interface Paper {
  colour: boolean;
}

/** `git realm sessions` for people: one block a session, by repo. */
export function sessionsText({ realm, sessions, trouble }: SessionsResult, paper: Paper): string {
  const lines = sessions.flatMap((session) => sessionLines(session, paper));
  if (trouble !== null) lines.push(trouble);
  else if (sessions.length === 0) lines.push(`no sessions in realm ${realm}: git realm session start`);
  return inLines(lines);
}

const kinds = { session: '', watch: ', watching', agent: ', agent server' } as const;

function sessionLines(session: ListedSession, paper: Paper): string[] {
  const silent = session.state === 'silent' ? paint(paper, 'yellow', ', not responding') : '';
  const lines = [
    `${paint(paper, 'bold', session.repo)}  pid ${session.pid}, since ${session.started_at}${kinds[session.kind]}${silent}`,
  ];
  const facts = [
    ['topic', session.active_rfc ?? ''],
    ['domains', session.active_domains.join(', ')],
    ['exports modified', session.exports_modified.join(', ')],
    ['imports watched', session.imports_watching.join(', ')],
  ];
  for (const [name, value] of facts) if (value !== '') lines.push(`  ${name}: ${value}`);
  return lines;
}

/** `git realm session start` for people. */
export function startedText(started: StartedSession): string {
  const { session, already } = started;
  if (session === null) return started.trouble;
  return `session of ${session.repo} ${already ? 'is running' : 'started'}: pid ${session.pid}${rfcWords(session)}`;
}

const rfcWords = (session: Session): string =>
  session.active_rfc === null ? '' : `, topic ${session.active_rfc}`;

/** One event of the live view for people, with the time of day. */
export function eventText(event: WatchEvent, now: Date, paper: Paper): string {
  const lines = eventLines(event, paper);
  const time = paint(paper, 'dim', now.toISOString().slice(11, 19));
  return inLines(lines.map((line, at) => (at === 0 ? `${time} ${line}` : line)));
}

function eventLines(event: WatchEvent, paper: Paper): string[] {
  if (event.kind === 'news') return event.news.flatMap((item) => newsLines(item, paper));
  if (event.kind === 'start') {
    const head = `watching realm ${event.realm} for ${event.repo}; press Ctrl-C to stop`;
    const trouble = event.trouble === null ? [] : [event.trouble];
    return [head, ...trouble, ...event.sessions.flatMap((session) => sessionLines(session, paper))];
  }
  const { message } = event;
  switch (message.type) {
    case 'ContractChanged':
      return noticeLines(message, paper);
    case 'SessionStarted':
      return [`${message.repo} started a session${message.rfc === null ? '' : `, topic ${message.rfc}`}`];
    case 'SessionEnded':
      return [`${message.repo} ended its session`];
    default:
      return [];
  }
}
