import type { DiffResult, VersionShown } from '../../actions/contract/diff.ts';
import type { JsonValue } from '../../json.ts';
import { inLines } from '../../visible.ts';
import { paint } from '../terminal.ts';
import { changesText } from './changes.ts';

interface Paper {
  readonly colour: boolean;
}

/** `git realm diff` for people: the verdict with its witness, then what differs. */
export function diffText(diff: DiffResult, paper: Paper): string {
  const { verdict } = diff;
  const good = verdict.verdict === 'compatible' || verdict.verdict === 'equal';
  const lines = [
    paint(paper, 'bold', `${diff.domain}/${diff.contract} ${diff.from.version}..${diff.to.version}`),
    `${versionWords(diff.from)} → ${versionWords(diff.to)}`,
    paint(paper, good ? 'green' : 'red', verdict.verdict) +
      ('reason' in verdict ? `: ${verdict.reason}` : ''),
  ];
  if (verdict.verdict === 'breaking')
    lines.push(`  witness ${short(verdict.witness)} at ${verdict.pointer || '/'}`);
  if (diff.changes.length > 0) lines.push('', 'changes', ...changesText(diff.changes, paper));
  // What is among the changes need not be shown as text too.
  const isListed = diff.changes.some((change) => /^(openapi|graphql|json-schema)\//.test(change.rule ?? ''));
  if (diff.schema.length > 0 && !isListed) {
    lines.push('', 'schema');
    for (const change of diff.schema) {
      const at = change.pointer || '/';
      if (change.before !== undefined) lines.push(paint(paper, 'red', `  - ${at}: ${short(change.before)}`));
      if (change.after !== undefined) lines.push(paint(paper, 'green', `  + ${at}: ${short(change.after)}`));
    }
  }
  for (const { key, before, after } of diff.other) {
    lines.push('', key);
    if (before !== null) lines.push(paint(paper, 'red', `  - ${short(before)}`));
    if (after !== null) lines.push(paint(paper, 'green', `  + ${short(after)}`));
  }
  return inLines([...lines, ...impactLines(diff)]);
}

const versionWords = ({ version, date, source }: VersionShown): string =>
  `${version} (${date.slice(0, 10)}${source === null ? '' : `, ${source.slice(0, 8)}`})`;

function impactLines({ impact }: DiffResult): string[] {
  if (impact.length === 0) return [];
  const lines = impact.map((affected) => {
    if (affected.impact === 'unaffected') return `  ${affected.repo}: does not use what was removed`;
    if (affected.impact === 'unknown') return `  ${affected.repo}: unknown (${affected.reason})`;
    return `  ${affected.repo}: breaks at ${affected.uses.map((use) => `${use.at} (${use.path})`).join(', ')}`;
  });
  return ['', 'consumers', ...lines];
}

/** A path as it is, anything else as JSON; on one line, shortened. */
function short(value: JsonValue): string {
  const text = typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
