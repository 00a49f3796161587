import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { judgeLines } from '../../lib/compat/batch.ts';
import type { JsonValue } from '../../lib/json.ts';
import { sandbox } from '../helpers/world/cli.ts';

/** Cases that are read where they are; `GIT_REALM_CASES` names another directory. */
const file = join(
  process.env.GIT_REALM_CASES ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'cases'),
  'verdicts.jsonl',
);

interface Case {
  id: string;
  old: JsonValue;
  new: JsonValue;
  expected: string;
  contested?: true;
  as_files?: string;
}

/**
 * Where the answer is another: cases that stay as they are although a peer answers otherwise (docs/kinds.md says why), and one of Avro,
 * which was to be `unknown` until Avro is read.
 */
const decided: Record<string, string> = {
  'guess-avro': 'breaking',
  'openapi-resp-201-new': 'breaking',
  'openapi-oneof-overlap-del': 'breaking',
  'openapi-oneof-overlap-add': 'breaking',
};

const lines = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
  : undefined;

t.test(
  'verdicts that went wrong once',
  { skip: lines ? false : `NOT MEASURED: no cases at '${file}'` },
  async (test) => {
    const all = (lines ?? []).map((line): Case & { line: string } => ({ ...JSON.parse(line), line }));
    const answered = new Map<string, string>();
    const asLines = all.filter(({ as_files: files }) => files === undefined);
    async function* given() {
      for (const { line } of asLines) yield `${line.replace('"kind": "(not given)", ', '')}\n`;
    }
    for await (const line of judgeLines(given())) {
      const { id, verdict } = JSON.parse(line) as { id: string; verdict: string };
      answered.set(id, verdict);
    }
    const box = sandbox(test);
    for (const { id, as_files: files = '', old, new: next } of all) {
      if (files === '') continue;
      const names = ['old', 'new'].map((name) => files.replace('*', `${id}-${name}`));
      for (const [at, text] of [old, next].entries())
        box.write(names[at] ?? '', typeof text === 'string' ? text : JSON.stringify(text));
      const { verdict } = (await box.realm(['compat', ...names, '--json'], { expect: 'any' })).json() as {
        verdict: string;
      };
      answered.set(id, verdict);
    }
    for (const { id, expected, contested } of all) {
      const said = answered.get(id);
      const answer = said === 'equal' ? 'compatible' : said;
      test.equal(answer, decided[id] ?? expected, `${id}${contested ? ' (contested)' : ''}`);
    }
  },
);
