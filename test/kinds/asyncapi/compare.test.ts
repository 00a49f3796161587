import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import type { JsonValue } from '../../../lib/json.ts';
import { compareAsyncapi } from '../../../lib/kinds/asyncapi/compare/index.ts';

interface Pair {
  name: string;
  docs: string;
  old: JsonValue;
  new: JsonValue;
  verdict: string;
  rules?: string[];
}

const pairs = parse(
  readFileSync(join(process.cwd(), 'test/kinds/asyncapi/pairs.yaml'), 'utf8'),
) as readonly Pair[];

t.test('pairs labelled by the specification', async (t) => {
  let right = 0;
  const counts = { unknown: 0, wanted: 0, false: 0 };
  for (const pair of pairs) {
    const { verdict, changes } = await compareAsyncapi(pair.old, pair.new);
    const rules = changes.map(({ rule = '' }) => rule);
    const isRight =
      verdict.verdict === pair.verdict &&
      (pair.rules ?? []).every((rule) => rules.includes(rule.includes('/') ? rule : `asyncapi/${rule}`));
    if (isRight) right++;
    if (verdict.verdict === 'unknown') counts.unknown++;
    if (pair.verdict === 'unknown') counts.wanted++;
    if (['compatible', 'equal'].includes(verdict.verdict) && !['compatible', 'equal'].includes(pair.verdict))
      counts.false++;
    t.ok(isRight, `${pair.name} (${pair.docs}): ${verdict.verdict}, ${rules.join(', ')}`);
  }
  t.equal(counts.false, 0, 'none is called compatible that is not');
  t.comment(`${right} of ${pairs.length}; ${counts.unknown} unknown where ${counts.wanted} are`);
});
