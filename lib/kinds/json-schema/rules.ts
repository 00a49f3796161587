import { factRules } from '../../compat/differences/catalogue.ts';
import type { ChangeLevel } from '../../compat/types.ts';
import type { Rule } from '../rule.ts';

const why: Record<ChangeLevel, string> = {
  breaking: 'A value that was valid may not be valid any more.',
  unknown: 'Whether every value stays valid cannot be told.',
  compatible: 'Every value that was valid still is.',
  none: 'No value becomes valid or invalid by it.',
};

/** Facts that only interface documents have. */
const elsewhere = ['schema-added', 'schema-removed', 'discriminator-changed'];

/** What can change in a JSON Schema. */
export const rules: readonly Rule[] = [
  ...factRules
    .filter(({ fact }) => !elsewhere.includes(fact))
    .map(({ fact, what, levels, old, new: now, reference }) => ({
      id: `json-schema/${fact}`,
      level: levels.schema,
      why: `${what} ${why[levels.schema]}`,
      example: { old, new: now },
      reference,
    })),
  {
    id: 'json-schema/combination',
    level: 'breaking',
    why: 'No single difference does it: several together take a value away, or it cannot be told for all of them together.',
    example: {
      old: { type: 'string', oneOf: [{ maxLength: 3 }, { minLength: 5 }] },
      new: { type: 'string', oneOf: [{ maxLength: 5 }, { minLength: 3 }] },
    },
    reference: 'JSON Schema Core 2020-12, section 10.2',
  },
];
