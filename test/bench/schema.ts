import { createRequire } from 'node:module';
import { compareSchemas } from '../../lib/compat/schema/index.ts';
import { type Case, corpusFile, readCorpus, wrongLabels } from '../compat/schema/corpus.ts';
import { median, ms, table } from './support/measure.ts';

type Answer = 'compatible' | 'breaking' | 'unknown';
interface Contender {
  name: string;
  answer(pair: Case): Promise<Answer>;
}

interface Tally {
  cases: number;
  agree: number;
  falseCompatible: number;
  excused: number;
  unknown: number;
  times: number[];
}

/** Schema verdicts on the public corpus, per source: ours and npm's `json-schema-diff`, in the same run. */
export async function run(): Promise<string> {
  const cases = readCorpus();
  if (!cases) return `NOT MEASURED: no corpus at '${corpusFile}'`;
  const rows: string[][] = [
    ['source', '', 'cases', 'agree', 'false compatible', 'wrong labels', 'unknown', 'median', 'worst'],
  ];
  const sources = [...new Set(cases.map(sourceOf)), 'all'];
  for (const contender of [ours, peer]) {
    const tallies = new Map(sources.map((source) => [source, emptyTally()]));
    // Once unmeasured: what a long-lived process pays per case, not the first compilation of the code itself.
    for (const pair of cases) await contender.answer(pair);
    for (const [index, pair] of cases.entries()) {
      const start = performance.now();
      const answer = await contender.answer(pair);
      const time = performance.now() - start;
      for (const source of [sourceOf(pair), 'all']) count(tallies.get(source), index, pair, answer, time);
    }
    for (const [source, tally] of tallies) rows.push(row(source, contender.name, tally));
  }
  return table(rows);
}

const ours: Contender = {
  name: 'git realm',
  answer: async (pair) => {
    const { verdict } = compareSchemas(pair.old, pair.new);
    return verdict === 'equal' ? 'compatible' : verdict;
  },
};

const { diffSchemas } = createRequire(import.meta.url)(
  'json-schema-diff',
) as typeof import('json-schema-diff');

/** What it removes breaks; what it cannot read, it does not answer. */
const peer: Contender = {
  name: 'json-schema-diff',
  answer: async (pair) => {
    try {
      const { removalsFound } = await diffSchemas({
        sourceSchema: structuredClone(pair.old) as Parameters<typeof diffSchemas>[0]['sourceSchema'],
        destinationSchema: structuredClone(pair.new) as Parameters<
          typeof diffSchemas
        >[0]['destinationSchema'],
      });
      return removalsFound ? 'breaking' : 'compatible';
    } catch {
      return 'unknown';
    }
  },
};

const sourceOf = ({ source }: Case): string => source.split(':')[0] ?? source;
const emptyTally = (): Tally => ({
  cases: 0,
  agree: 0,
  falseCompatible: 0,
  excused: 0,
  unknown: 0,
  times: [],
});

function count(tally: Tally | undefined, index: number, pair: Case, answer: Answer, time: number): void {
  if (!tally) return;
  tally.cases++;
  tally.times.push(time);
  if (answer === pair.expected) tally.agree++;
  else if (answer === 'unknown') tally.unknown++;
  else if (wrongLabels.has(index)) tally.excused++;
  else if (answer === 'compatible') tally.falseCompatible++;
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

const row = (source: string, name: string, tally: Tally): string[] => [
  source,
  name,
  String(tally.cases),
  percent(tally.agree, tally.cases),
  String(tally.falseCompatible),
  String(tally.excused),
  percent(tally.unknown, tally.cases),
  ms(median(tally.times)),
  ms(Math.max(...tally.times)),
];
