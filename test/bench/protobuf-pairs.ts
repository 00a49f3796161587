import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareProtobuf } from '../../lib/kinds/protobuf/compare/index.ts';
import type { CompatibilityLevel } from '../../lib/kinds/protobuf/levels.ts';
import { table } from './support/measure.ts';

const root = join(import.meta.dirname, '..', '..');
/** The shared cases, read where they are; `GIT_REALM_CORPORA` names another directory. */
const corpus = join(
  process.env.GIT_REALM_CORPORA ?? join(root, '..', 'shared', 'corpora'),
  'protobuf-compat.json',
);

interface Case {
  id: string;
  old: string;
  new: string;
  expected: 'compatible' | 'breaking';
  /** Rules of buf that fire; an empty list: the rule of the folder does not. */
  rules?: string[];
}

/** What somebody says of a case: the worst of its changes, and the rules that break. */
interface Said {
  verdict: 'compatible' | 'breaking' | 'unknown';
  rules: string[];
}

/**
 * Verdicts on the public pairs of `.proto` files: ours and `@bufbuild/buf`, in the same run. A case that names a rule is compared at the
 * level whose category has it. Those of buf are files out of its own tests, where the rule may fire on another file of the folder:
 * where buf itself does not say what the label says, the case is counted apart. Throws where the corpus is not there.
 */
export async function run(): Promise<string> {
  if (!existsSync(corpus)) throw new Error(`NOT MEASURED: no corpus at '${corpus}'`);
  const cases = JSON.parse(readFileSync(corpus, 'utf8')) as Case[];
  const folder = mkdtempSync(join(tmpdir(), 'protobuf-pairs-'));
  try {
    const buf = bufIn(folder);
    const rows = [['', 'cases', 'agree', 'false compatible', 'unknown', 'rule named']];
    const apart: string[] = [];
    const [ours, theirs, sure] = [newTally(), newTally(), newTally()];
    for (const pair of cases) {
      const [we, they] = [await oursOf(pair), buf?.(pair)];
      count(ours, pair, we);
      if (they === undefined) continue;
      count(theirs, pair, they);
      if (agrees(pair, they) && isNamed(pair, they)) count(sure, pair, we);
      else apart.push(`${pair.id}: ${pair.expected}, buf ${words(they)}, git realm ${words(we)}`);
    }
    rows.push(row('git realm', ours));
    if (buf === undefined)
      return `${table(rows)}\n\n@bufbuild/buf: NOT MEASURED, it does not run on this platform`;
    rows.push(row('@bufbuild/buf', theirs), row('git realm, where buf says what the label says', sure));
    return `${table(rows)}\n\nnot what buf says of the pair alone:\n${apart.join('\n')}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const words = ({ verdict, rules }: Said): string =>
  `${verdict}${rules.length > 0 ? ` (${rules.join(', ')})` : ''}`;

/** The rules that a case is about, as ours are called. */
function rulesOf({ id, rules }: Case): string[] {
  const folder = /^buf-breaking_(.*)-[^-]*$/.exec(id)?.[1] ?? '';
  const named = rules === undefined ? [] : rules.length > 0 ? rules : [folder];
  return named.map(ruleName);
}

/** Rules of packages are those of files, of which a pair has one. */
const ruleName = (rule: string): string =>
  rule
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^package-(?!no-)/, '');

function levelOf(pair: Case): CompatibilityLevel {
  const rules = rulesOf(pair);
  if (pair.rules === undefined || rules.some((rule) => /wire-json|unless/.test(rule))) return 'wire-json';
  return rules.some((rule) => rule.startsWith('field-wire-')) ? 'wire' : 'source';
}

async function oursOf(pair: Case): Promise<Said> {
  const { verdict, changes } = await compareProtobuf(pair.old, pair.new, levelOf(pair));
  const rules = changes
    .filter(({ breaking }) => breaking)
    .map(({ rule = '' }) => rule.replace('protobuf/', ''));
  return {
    verdict: verdict.verdict === 'equal' ? 'compatible' : verdict.verdict,
    rules: [...new Set(rules)],
  };
}

/** buf with the categories of a level; undefined where its program does not run here. */
function bufIn(folder: string): ((pair: Case) => Said) | undefined {
  const program = join(root, 'node_modules', '.bin', 'buf');
  if (spawnSync(program, ['--version']).status !== 0) return undefined;
  const categories = { wire: ['WIRE'], 'wire-json': ['WIRE_JSON'], source: ['FILE', 'PACKAGE'] };
  return (pair) => {
    for (const side of ['old', 'new'] as const) {
      mkdirSync(join(folder, side), { recursive: true });
      writeFileSync(join(folder, side, 'a.proto'), pair[side]);
      const use = categories[levelOf(pair)].join(', ');
      writeFileSync(join(folder, side, 'buf.yaml'), `version: v2\nbreaking:\n  use: [${use}]\n`);
    }
    const args = ['breaking', 'new', '--against', 'old', '--error-format', 'json'];
    const { stdout } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
    const found = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { type: string }).type);
    if (found.includes('COMPILE')) return { verdict: 'unknown', rules: [] };
    return {
      verdict: found.length > 0 ? 'breaking' : 'compatible',
      rules: [...new Set(found.map(ruleName))],
    };
  };
}

/** Of a pair on which a rule does not fire, only that is said. */
function agrees(pair: Case, { verdict, rules }: Said): boolean {
  if (pair.expected === 'compatible' && pair.rules !== undefined)
    return verdict !== 'unknown' && !rulesOf(pair).some((rule) => rules.includes(rule));
  return verdict === pair.expected;
}

const isNamed = (pair: Case, { rules }: Said): boolean =>
  pair.expected === 'compatible' ||
  pair.rules === undefined ||
  rulesOf(pair).some((rule) => rules.includes(rule));

interface Tally {
  cases: number;
  agree: number;
  falseCompatible: number;
  unknown: number;
  naming: number;
  named: number;
}

const newTally = (): Tally => ({ cases: 0, agree: 0, falseCompatible: 0, unknown: 0, naming: 0, named: 0 });

function count(tally: Tally, pair: Case, said: Said): void {
  tally.cases += 1;
  if (agrees(pair, said)) tally.agree += 1;
  else if (said.verdict === 'unknown') tally.unknown += 1;
  else if (said.verdict === 'compatible') tally.falseCompatible += 1;
  if (pair.expected === 'compatible' || pair.rules === undefined) return;
  tally.naming += 1;
  if (isNamed(pair, said)) tally.named += 1;
}

const row = (name: string, { cases, agree, falseCompatible, unknown, naming, named }: Tally): string[] => [
  name,
  String(cases),
  `${((100 * agree) / cases).toFixed(1)} %`,
  String(falseCompatible),
  `${((100 * unknown) / cases).toFixed(1)} %`,
  `${named} of ${naming}`,
];
