import type { Verdict } from '../compat/types.ts';
import { isObject } from '../json.ts';
import { openWords } from './cover.ts';
import type { Content, Cover, Kind, Usage, Use } from './types.ts';
import { coverUses, type UseOf, usesIn } from './uses.ts';

/** What is different from one kind of document to the next. */
type Document = Pick<Kind, 'name' | 'summary' | 'looksFor' | 'recognise' | 'holds' | 'compare'> &
  Pick<Kind, 'answers' | 'affected' | 'offered'> & {
    /** Is a use one of this contract? Absent: every use that is read is one. */
    concerns?: (content: Content, use: UseOf) => boolean;
    /** How the consumer's copy is compared with the contract, where what is offered now is not simply the copy's next version. */
    compareCopy?: Kind['compare'];
    /** Further readers of the provider's side, and of the consumer's beside a copy. */
    alsoReads?: readonly string[];
    alsoUsed?: readonly Use[];
    /** The same, tried before a copy: a copy looks like what is read one by one. */
    usedFirst?: readonly Use[];
  };

/**
 * A kind whose contract is a document, read by the detector of its name. The consumer may keep a copy, read in the same way, or
 * use it in ways that are read one by one.
 */
export const documentKind = ({
  alsoReads = [],
  alsoUsed = [],
  usedFirst = [],
  concerns,
  compareCopy,
  ...own
}: Document): Kind => ({
  ...own,
  direction: 'offers',
  readers: [own.name, ...alsoReads],
  uses: [...usedFirst, { name: 'copy', reader: own.name }, ...alsoUsed],
  cover: (content, usage) =>
    own.answers !== undefined && isOfUses(usage)
      ? coverUses(own.answers, content, concerns === undefined ? usage : ofThis(usage, content, concerns))
      : coverCopy(compareCopy ?? own.compare, content, usage),
});

/** What was read without the uses of other contracts. */
function ofThis(usage: Usage, content: Content, concerns: NonNullable<Document['concerns']>): Usage {
  const parts = usesIn(usage.extraction.parts).map(({ use }) => concerns(content, use));
  const own = usage.extraction.parts.filter((_, nth) => parts[nth]);
  return { ...usage, extraction: { ...usage.extraction, parts: own }, looked: own.length };
}

/** A reader of uses gives an object that lists them; a copy is a document. */
const isOfUses = ({ extraction }: Usage): boolean =>
  isObject(extraction.value) &&
  Array.isArray(extraction.value.uses) &&
  usesIn(extraction.parts).length === extraction.parts.length;

/**
 * Who was written against a copy goes on if what is offered now breaks nothing of it. `unknown` where the copy could not
 * be read, holds nothing, or the two cannot be compared.
 */
export async function coverCopy(
  compare: Kind['compare'],
  content: Content,
  { extraction, looked, unread }: Usage,
): Promise<Cover> {
  if (unread !== null) return { answer: 'unknown', why: unread };
  const [open] = extraction.unresolved;
  if (open !== undefined) return { answer: 'unknown', why: openWords(open) };
  if (looked === 0) return { answer: 'unknown', why: 'nothing of this kind was found in it' };
  const { verdict, changes } = await compare({ value: extraction.value, schema: extraction.schema }, content);
  if (verdict.verdict === 'unknown') return { answer: 'unknown', why: verdict.reason };
  if (verdict.verdict !== 'breaking') return { answer: 'yes', looked };
  const broken = changes.filter((change) => change.breaking);
  const missing = broken.map(({ pointer, subject, witness = subject }) => ({ pointer, subject, witness }));
  return { answer: 'no', missing: missing.length > 0 ? missing : [missingOf(verdict)] };
}

const missingOf = (verdict: Verdict & { verdict: 'breaking' }) => ({
  pointer: verdict.pointer,
  subject: verdict.reason,
  witness: verdict.witness,
});
