import { type Direction, type Inquiry, type Meaning, meaningOf } from '../../../compat/differences/levels.ts';
import type { Difference } from '../../../compat/differences/types.ts';
import type { Change, Verdict } from '../../../compat/types.ts';
import { discriminatorMeaning } from './discriminator.ts';
import type { OpenapiDocument } from './document.ts';
import type { RuleNames } from './report.ts';

/** The message that two schemas describe. */
export interface Carrier {
  /** `GET /users → 200`. */
  place: string;
  direction: Direction;
  /** Whether it is written in XML. */
  isXml: boolean;
  old: OpenapiDocument;
  now: OpenapiDocument;
  /** What holds of all differences in it together. */
  whole: Verdict;
  names: RuleNames;
}

/** One difference of two schemas in a message as a change. */
export function changeOf(
  difference: Difference,
  carrier: Carrier,
  inquiry: Inquiry,
  meanings: Meanings = new Map(),
): Change {
  const { place, direction } = carrier;
  const { level, witness, reason } = known(difference, carrier, inquiry, meanings);
  const where = difference.path === '' ? place : `${place} → ${difference.path}`;
  const said = reason === undefined ? difference.reason : `${difference.reason}; ${reason}`;
  const wordy = difference.fact === 'words-changed' || difference.fact === 'deprecated-changed';
  const whole_ = difference.fact.endsWith('property-added') || difference.fact === 'property-removed';
  return {
    kind: wordy ? 'described' : whole_ ? difference.kind : 'changed',
    pointer: difference.pointer ?? difference.oldPointer ?? '',
    ...(difference.oldPointer === undefined ? {} : { oldPointer: difference.oldPointer }),
    ...(difference.pointer === undefined ? { gone: true as const } : {}),
    subject: whole_ ? where : `${where}: ${difference.reason}`,
    breaking: level === 'breaking' || level === 'unknown',
    rule: `${carrier.names.kind}/${carrier.names[direction]}-${difference.fact}`,
    level,
    where,
    ...(witness === undefined ? {} : { witness }),
    reason: said,
  };
}

/** What differences in shared schemas mean, for all messages of one sort: by what makes the difference alone. */
export type Meanings = Map<Difference['alone'], Map<string, Meaning>>;

function known(difference: Difference, carrier: Carrier, inquiry: Inquiry, meanings: Meanings): Meaning {
  const { direction, isXml, whole } = carrier;
  const sort = `${direction} ${isXml} ${whole.verdict === 'equal' || whole.verdict === 'compatible'}`;
  const all = meanings.get(difference.alone) ?? new Map<string, Meaning>();
  const found = all.get(sort) ?? meaning(difference, carrier, inquiry);
  meanings.set(difference.alone, all.set(sort, found));
  return found;
}

/** What is declared of a response is a promise, whether or not it is required; what a client may send, the server takes. */
function meaning(difference: Difference, carrier: Carrier, inquiry: Inquiry): Meaning {
  const { direction, isXml, old, now, whole } = carrier;
  // None of these makes a value valid or invalid: that it stays valid is not proof that it is still read the same way.
  if (difference.fact === 'default-changed') return { level: 'unknown' };
  if (difference.fact === 'xml-changed') return { level: isXml ? 'unknown' : 'none' };
  if (difference.effect === 'words') return { level: 'none' };
  if (difference.fact === 'content-encoding-changed') return { level: 'breaking' };
  if (difference.fact === 'discriminator-changed')
    return discriminatorMeaning(difference, old, now, direction);
  const proved = whole.verdict === 'equal' || whole.verdict === 'compatible';
  const own = direction === 'sent' ? sent(difference) : received(difference, proved);
  if (own) return own;
  const harmless = direction === 'sent' ? 'narrows' : 'widens';
  if (difference.effect === harmless || (proved && !settled.has(difference.fact)))
    return { level: 'compatible' };
  const asked = plainFacts.has(difference.fact)
    ? meaningOf(inquiry.ask(difference, direction), difference)
    : undefined;
  if (difference.effect === 'unclear') return asked ?? { level: 'unknown' };
  if (asked?.level === 'breaking' || asked?.level === 'unknown') return asked;
  return asked && !settled.has(difference.fact) ? asked : { level: 'breaking' };
}

/** A value that a receiver never heard of cannot be proved harmless. */
const settled = new Set(['enum-value-added', 'variant-added']);

/** The engine is asked about these alone: they say all in the schema that they stand in. */
const plainFacts = new Set<Difference['fact']>([
  ...(['type-changed', 'type-narrowed', 'type-widened', 'null-added', 'null-removed'] as const),
  ...(['enum-value-added', 'enum-value-removed', 'enum-added', 'enum-removed'] as const),
  ...([
    'const-added',
    'const-removed',
    'const-changed',
    'format-added',
    'format-removed',
    'format-changed',
  ] as const),
  ...(['limit-tightened', 'limit-loosened', 'step-changed', 'pattern-added', 'pattern-removed'] as const),
  ...(['pattern-changed', 'property-became-required', 'property-became-optional'] as const),
]);

function sent({ fact, path, schema }: Difference): Meaning | undefined {
  const name = path.split('.').at(-1) ?? path;
  if (fact === 'property-removed') return { level: 'breaking', witness: name };
  if (fact === 'property-added' || fact === 'required-property-added')
    return schema.additionalProperties === false
      ? { level: 'breaking', witness: name, reason: 'additional properties were not allowed' }
      : { level: 'compatible' };
  if (fact === 'variant-removed') return { level: 'unknown' };
  return undefined;
}

function received({ fact, path }: Difference, proved: boolean): Meaning | undefined {
  const name = path.split('.').at(-1) ?? path;
  // Open objects take anything: that the others let the value through is not proof that it is understood.
  if (fact === 'variant-removed' && proved) return { level: 'breaking', reason: 'clients may still send it' };
  if (fact === 'property-added') return { level: 'compatible' };
  if (fact === 'required-property-added') return { level: 'breaking', witness: `a request without ${name}` };
  if (fact === 'property-removed') return { level: 'breaking', witness: name };
  return undefined;
}
