import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import avsc from 'avsc';
import { compareAvro } from '../../lib/kinds/avro/compare.ts';
import { table } from './support/measure.ts';

const root = join(import.meta.dirname, '..', '..');
/** The shared cases, read where they are; `GIT_REALM_CORPORA` names another directory. */
const corpus = join(
  process.env.GIT_REALM_CORPORA ?? join(root, '..', 'shared', 'corpora'),
  'avro-compat.json',
);

interface Case {
  id: string;
  old: string;
  new: string;
  expected: 'compatible' | 'breaking';
}

type Said = 'compatible' | 'breaking' | 'unknown';

/**
 * Verdicts on the public pairs of Avro schemas, written with the old one and read with the new one: ours and those of `avsc` alone,
 * in the same run. Throws where the corpus is not there.
 */
export async function run(): Promise<string> {
  if (!existsSync(corpus)) throw new Error(`NOT MEASURED: no corpus at '${corpus}'`);
  const cases = JSON.parse(readFileSync(corpus, 'utf8')) as Case[];
  if (cases.length === 0) throw new Error(`NOT MEASURED: no cases in '${corpus}'`);
  const rows = [['', 'cases', 'agree', 'false compatible', 'unknown']];
  const apart: string[] = [];
  for (const [name, say] of [
    ['git realm', ours],
    ['avsc alone', theirs],
  ] as const) {
    const tally = { agree: 0, falseCompatible: 0, unknown: 0 };
    for (const pair of cases) {
      const said = await say(pair);
      if (said === pair.expected) tally.agree += 1;
      else if (said === 'unknown') tally.unknown += 1;
      else if (said === 'compatible') tally.falseCompatible += 1;
      if (said !== pair.expected) apart.push(`${name}, ${pair.id}: ${pair.expected}, said ${said}`);
    }
    const percent = (count: number): string => `${((100 * count) / cases.length).toFixed(1)} %`;
    const { agree, falseCompatible, unknown } = tally;
    rows.push([name, String(cases.length), percent(agree), String(falseCompatible), percent(unknown)]);
  }
  return [table(rows), ...apart].join('\n');
}

async function ours(pair: Case): Promise<Said> {
  const { verdict } = await compareAvro(pair.old, pair.new);
  return verdict.verdict === 'equal' ? 'compatible' : verdict.verdict;
}

/** A reader that has a resolver for what is written; `unknown` where it refuses one of the two schemas. */
async function theirs(pair: Case): Promise<Said> {
  const [writer, reader] = [pair.old, pair.new].map((text) => {
    try {
      return avsc.Type.forSchema(JSON.parse(text));
    } catch {
      return undefined;
    }
  });
  if (writer === undefined || reader === undefined) return 'unknown';
  try {
    reader.createResolver(writer);
    return 'compatible';
  } catch {
    return 'breaking';
  }
}
