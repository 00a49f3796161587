import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse, stringify } from 'yaml';
import { detectorNamed } from '../../../lib/detect/index.ts';
import type { JsonValue } from '../../../lib/json.ts';
import { compareWorkflows } from '../../../lib/kinds/workflow/compare.ts';

interface Pair {
  name: string;
  docs: string;
  old: JsonValue;
  new: JsonValue;
  verdict: string;
  rules?: string[];
}

const pairs = parse(
  readFileSync(join(process.cwd(), 'test/kinds/workflow/pairs.yaml'), 'utf8'),
) as readonly Pair[];

const reader = detectorNamed('workflow');
const schemaOf = async (document: JsonValue): Promise<JsonValue> => {
  const bytes = Buffer.from(stringify(document));
  const { schema, unresolved } = await reader.extract([{ path: 'a.yml', bytes }], {});
  return unresolved.length > 0 ? { unread: unresolved[0]?.why ?? '' } : schema;
};

t.test('pairs labelled by the documentation', async (t) => {
  let right = 0;
  const counts = { unknown: 0, wanted: 0, false: 0 };
  for (const pair of pairs) {
    const { verdict, changes } = compareWorkflows(await schemaOf(pair.old), await schemaOf(pair.new));
    const rules = changes.map(({ rule = '' }) => rule.slice('workflow/'.length));
    const isRight =
      verdict.verdict === pair.verdict && (pair.rules ?? []).every((rule) => rules.includes(rule));
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
