import type { NewsItem } from '../../actions/view/news.ts';
import type { ContractChanged } from '../../session/message.ts';
import { paint } from '../terminal.ts';

interface Paper {
  colour: boolean;
}

/** Most lines of changes shown for one contract. */
const SHOWN = 20;

/** What sessions announced and what the realm has, for `status`, `inbox` and the live view; the live ones first. */
export function inboxLines(
  inbox: { live: readonly ContractChanged[]; news: readonly NewsItem[] },
  paper: Paper,
): string[] {
  return [
    ...inbox.live.flatMap((notice) => noticeLines(notice, paper)),
    ...inbox.news.flatMap((item) => newsLines(item, paper)),
  ];
}

/** A change as a session tells it. */
export function noticeLines(notice: ContractChanged, paper: Paper): string[] {
  const { from_repo, domain, contract, from, to, verdict, stage, changes } = notice;
  const what = `contract '${contract}' in domain '${domain}' changed`;
  const step = from === to ? from : `${from} → ${to}`;
  return [
    paint(paper, 'bold', `Live notification from repo '${from_repo}':`),
    `  ${what}: ${step} (${verdict}${stage === 'draft' ? ', not published yet' : ''})`,
    ...changeLines(changes),
    stage === 'draft'
      ? '  your import is unaffected until they publish it'
      : '  your import is now stale: git realm status',
  ];
}

/** What the realm itself says. */
export function newsLines(item: NewsItem, paper: Paper): string[] {
  switch (item.kind) {
    case 'contract': {
      const from = item.owner === null ? '' : ` from repo '${item.owner}'`;
      const step = `${item.from ?? 'new'} → ${item.to ?? 'gone'}`;
      return [
        paint(paper, 'bold', `Notification${from}:`),
        `  contract '${item.contract}' in domain '${item.domain}' changed: ${step}`,
        ...changeLines(item.changes),
        `  your import is now ${item.state}`,
      ];
    }
    case 'consumer':
      return [`${item.repo} now imports ${item.domain}/${item.contract} ${item.range}`];
    case 'offer':
      return [
        `${item.owner} offers ${item.domain}/${item.contract} to this repo: git realm contract accept ${item.domain}/${item.contract}`,
      ];
    case 'domain':
      return [
        `this repo is now in domain ${item.domain}${item.description === null ? '' : `: ${item.description}`}`,
      ];
    case 'issue':
      return [`issue #${item.number}: ${item.title}`];
  }
}

function changeLines(changes: readonly string[]): string[] {
  const lines = changes.slice(0, SHOWN).map((change) => `    ${change}`);
  return changes.length > SHOWN ? [...lines, `    and ${changes.length - SHOWN} more`] : lines;
}
