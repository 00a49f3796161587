import { changeWords, levelOf, severity, worstFirst } from '../compat/differences/order.ts';
import { shown } from '../compat/shown.ts';
import type { Change, ChangeLevel, Verdict } from '../compat/types.ts';
import type { Impact } from '../compat/usage.ts';
import { counted } from '../count.ts';
import { code, inline, inMarker } from '../markdown.ts';
import type { Suppressed } from './suppress.ts';
import { codeOf, type Finding, levelRank, subjectOf } from './types.ts';

/** What a check found, as far as its comment on a pull request shows it. */
export interface Commented {
  realm: string | null;
  repo: string | null;
  findings: readonly Finding[];
  suppressed: readonly Suppressed[];
  checked: { exports: number; imports: number; proofs: Readonly<Record<string, number>> };
  /** The commit that was checked out. */
  commit: string | null;
}

/** Facts of a finding that a contract's code has changed. */
interface Drift {
  version: string;
  next: string;
  verdict: Verdict;
  changes: Change[];
  impact: Impact[];
  consumers: string[];
}

/** Shown of each list; the rest is counted. */
const MOST = 20;
const MOST_PLACES = 5;
/** Letters of one value. */
const LONGEST = 200;
/** Letters of the whole: GitHub takes 65,536. */
const WHOLE = 50_000;

/**
 * The comment on a pull request about what a check found: the verdict, the changes, a witness, and the consumers by file and
 * line. Everything in it that others wrote is text. `isWorthwhile`: it says more than that there is nothing to do.
 */
export function checkComment(result: Commented): { marker: string; body: string; isWorthwhile: boolean } {
  const marker = `<!-- git-realm:check ${inMarker(result.realm ?? '')} ${inMarker(result.repo ?? '')} -->`;
  const drifts = result.findings.filter(isDrift);
  const parts = new Set(drifts.map(({ id }) => id));
  const others = result.findings
    .filter((finding) => !parts.has(finding.id) && !parts.has(finding.partOf ?? ''))
    .sort((a, b) => levelRank[a.level] - levelRank[b.level]);
  const lines = [
    marker,
    `### git realm: ${headline(result.findings)}`,
    ...drifts.flatMap((finding) => ['', ...driftLines(finding)]),
    ...(others.length === 0 ? [] : ['', drifts.length > 0 ? 'Other findings:' : 'Findings:', '']),
    ...some(others, MOST, 'finding', findingLine),
    ...(result.suppressed.length === 0 ? [] : ['', 'Accepted in `.blue/config.yaml`:', '']),
    ...some(result.suppressed, MOST, 'finding', ({ finding, suppression }) => {
      return `- ${code(finding.id)}: ${text(suppression.reason)}`;
    }),
    '',
    checkedLine(result),
  ];
  return {
    marker,
    body: within(lines),
    isWorthwhile: result.findings.some(({ level }) => level === 'error'),
  };
}

const isDrift = (finding: Finding): boolean => codeOf(finding) === 'drift';

const driftOf = (finding: Finding): Drift => finding.data as unknown as Drift;

function headline(findings: readonly Finding[]): string {
  const drifts = findings.filter(isDrift).map((finding) => driftOf(finding).verdict);
  const levels = drifts.map(({ verdict }): ChangeLevel => (verdict === 'equal' ? 'none' : verdict));
  if (findings.some((finding) => ['unreadable', 'source-missing'].includes(codeOf(finding))))
    levels.push('unknown');
  const [worst] = levels.sort((a, b) => severity(b) - severity(a));
  if (worst === 'breaking') return 'a contract changes: breaking';
  if (worst === 'unknown') return 'what this means for a contract is unknown';
  if (worst !== undefined) return 'a contract changes: compatible';
  return findings.length === 0 ? 'no findings' : counted(findings.length, 'finding');
}

function driftLines(finding: Finding): string[] {
  const { version, next, verdict, changes, impact, consumers } = driftOf(finding);
  const isWitnessed = changes.some(({ witness }) => witness !== undefined);
  return [
    `**${code(cut(subjectOf(finding)))}** ${text(version)} → ${text(next)}: **${verdict.verdict}**${whyOf(verdict, isWitnessed)}${placeOf(finding)}`,
    '',
    ...some(worstFirst(changes), MOST, 'change', changeLine),
    ...impactLines(impact, consumers),
  ];
}

/** Why, and for example what; where a change shows its own example, that is enough. */
function whyOf(verdict: Verdict, isWitnessed: boolean): string {
  if (verdict.verdict === 'unknown') return `: ${text(verdict.reason)}`;
  if (verdict.verdict !== 'breaking' || isWitnessed) return '';
  return `: ${text(verdict.reason)}, for example ${code(cut(shown(verdict.witness)))}`;
}

function changeLine(change: Change): string {
  const witness = change.witness === undefined ? '' : `, for example ${code(cut(shown(change.witness)))}`;
  const rule = change.rule === undefined ? '' : ` (${code(cut(change.rule))})`;
  return `- ${levelOf(change)}: ${text(changeWords(change))}${witness}${rule}`;
}

/** Those that break first, with each place. */
function impactLines(impact: readonly Impact[], consumers: readonly string[]): string[] {
  const lines = (kind: Impact['impact']) =>
    some(
      impact.filter((found) => found.impact === kind),
      MOST,
      'consumer',
      impactLine,
    );
  const safe = impact.filter((found) => found.impact === 'unaffected').map(({ repo }) => repo);
  const importers = impact.length === 0 ? consumers : [];
  return [
    ...lines('breaks'),
    ...lines('unknown'),
    ...(safe.length === 0 ? [] : [`- not used by ${list(safe, text)}`]),
    ...(importers.length === 0 ? [] : [`- imported by ${list(importers, text)}`]),
    ...(consumers.length === 0 ? ['- no repository of the realm imports it'] : []),
  ];
}

function impactLine(impact: Impact): string {
  if (impact.impact === 'unaffected') return `- not used by ${text(impact.repo)}`;
  if (impact.impact === 'unknown') return `- unknown for **${text(impact.repo)}**: ${text(impact.reason)}`;
  const [first] = impact.uses;
  const example =
    first === undefined
      ? ''
      : ` (${first.why === undefined ? `for example ${code(cut(shown(first.witness)))}` : text(first.why)})`;
  const places = [...new Set(impact.uses.map(({ at }) => at))];
  return `- breaks **${text(impact.repo)}** at ${list(places, (place) => code(cut(place)))}${example}`;
}

const findingLine = (finding: Finding): string =>
  `- ${finding.level}: ${text(finding.message)}${placeOf(finding)}`;

const placeOf = ({ path, line }: Finding): string =>
  path === undefined ? '' : ` (${code(cut(line === undefined ? path : `${path}:${line}`))})`;

/** What was looked at: without it "no findings" would be no answer. */
function checkedLine({ checked: { exports, imports, proofs }, commit }: Commented): string {
  const known = Object.entries(proofs).filter(([, count]) => count > 0);
  const proved = known.map(([state, count]) => `${count} ${state}`).join(', ');
  const looked = [
    ...(exports > 0 ? [counted(exports, 'export')] : []),
    ...(imports > 0 ? [`${counted(imports, 'import')} (${proved})`] : []),
  ];
  const what = looked.length === 0 ? 'nothing: no export and no import' : looked.join(' and ');
  return `Checked${commit === null ? '' : ` at ${commit.slice(0, 12)}`}: ${what}.`;
}

/** The first of a list, each on its line, and how many are left. */
function some<T>(all: readonly T[], most: number, what: string, line: (item: T) => string): string[] {
  const shownLines = all.slice(0, most).map(line);
  return all.length <= most
    ? shownLines
    : [...shownLines, `- and ${counted(all.length - most, `more ${what}`)}`];
}

/** The same within one line. */
function list(all: readonly string[], words: (item: string) => string): string {
  const named = all.slice(0, MOST_PLACES).map(words).join(', ');
  return all.length <= MOST_PLACES ? named : `${named} and ${all.length - MOST_PLACES} more`;
}

/** As many lines as a forge takes. */
function within(lines: readonly string[]): string {
  let left = WHOLE;
  const fit = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  if (fit < 0) return lines.join('\n');
  const rest = lines.slice(fit).filter((line) => line !== '').length;
  return [
    ...lines.slice(0, fit),
    '',
    `And ${counted(rest, 'more line')}: see the output of \`git realm check\`.`,
  ].join('\n');
}

const cut = (value: string): string => (value.length <= LONGEST ? value : `${value.slice(0, LONGEST - 1)}…`);

const text = (value: string): string => inline(cut(value));
