import { factRules } from '../../compat/differences/catalogue.ts';
import type { ChangeLevel } from '../../compat/types.ts';
import type { Rule } from '../rule.ts';

const why: Record<ChangeLevel, string> = {
  breaking: 'A value that was valid may no longer be valid.',
  unknown: 'Whether every value stays valid cannot be decided.',
  compatible: 'Every value that was valid still is.',
  none: 'It does not make any value valid or invalid.',
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
    why: 'No single difference breaks, but several together exclude a value, or their combination cannot be decided.',
    example: {
      old: { type: 'string', oneOf: [{ maxLength: 3 }, { minLength: 5 }] },
      new: { type: 'string', oneOf: [{ maxLength: 5 }, { minLength: 3 }] },
    },
    reference: 'JSON Schema Core 2020-12, section 10.2',
  },
];
