import type { Extraction, Part, Unresolved } from '../detect/types.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { openWords } from './cover.ts';
import type { Content, Cover, Missing, Usage } from './types.ts';

/** One use of a contract, as a reader of uses gives it: what is used, in words, and what its kind knows beside that. */
export interface UseOf extends JsonObject {
  /** `GET /invoices/{}`, `query Invoice`, `config/app.yaml`. */
  subject: string;
}

/** A use with the place where it stands: `file:line`. */
export interface PlacedUse {
  use: UseOf;
  at: string;
}

/** Does a contract offer what a use needs of it? */
export type UseAnswer =
  | { answer: 'yes' }
  | { answer: 'no'; missing: UseMissing[] }
  | { answer: 'unknown'; why: string };

/** What a use needs and does not get. */
export interface UseMissing {
  /** In words, after the place: `reads 'total' of GET /invoices/{id}, which is not in its response`. */
  why: string;
  /** Where, if that is another line than the one at which the use begins: `file:line`. */
  at?: string;
  /** What is missing, short: `total`. */
  witness: JsonValue;
  /** The rule of the change that would take it away: `openapi/response-property-removed`. */
  rule?: string;
}

/** What a kind says of uses, each on its own, in their order. */
export type Answers = (content: Content, uses: readonly PlacedUse[]) => Promise<UseAnswer[]>;

/** The uses in what a reader found; a part that is not a use is left out, and is none of its parts. */
export const usesIn = (parts: readonly Part[]): PlacedUse[] =>
  parts.flatMap(({ value, path, line }) => (isUse(value) ? [{ use: value, at: `${path}:${line}` }] : []));

const isUse = (value: JsonValue | undefined): value is UseOf =>
  isObject(value) && typeof value.subject === 'string';

/** Does the contract offer all that was read? What could not be read proves nothing, and takes nothing away from a `no`. */
export async function coverUses(answers: Answers, content: Content, usage: Usage): Promise<Cover> {
  const { extraction, looked, unread } = usage;
  const uses = usesIn(extraction.parts);
  const all = await answers(content, uses);
  const missing = all.flatMap((answer, nth) =>
    answer.answer === 'no' ? answer.missing.map((missing) => missingOf(missing, uses[nth]?.at ?? '')) : [],
  );
  const [open] = extraction.unresolved;
  const doubt = all.findIndex(({ answer }) => answer === 'unknown');
  const found = all[doubt];
  const undecided = found?.answer === 'unknown' ? `${uses[doubt]?.at}: ${found.why}` : undefined;
  const more = unread ?? undecided ?? (open === undefined ? undefined : openWords(open));
  if (missing.length > 0) return { answer: 'no', missing, ...(more === undefined ? {} : { more }) };
  if (more !== undefined) return { answer: 'unknown', why: more };
  if (looked === 0) return { answer: 'unknown', why: 'no use was found in it' };
  return { answer: 'yes', looked };
}

const missingOf = ({ why, witness, rule, at: own }: UseMissing, of: string): Missing => ({
  ...{ pointer: '', subject: `${own ?? of} ${why}`, witness, at: own ?? of, why },
  ...(rule === undefined ? {} : { rule }),
});

/** What of a use is certain to be missing, and what cannot be decided. */
export interface Findings {
  missing: UseMissing[];
  doubts: string[];
}

/** The worst of what was found. */
export function answerOf({ missing, doubts: [why] }: Findings): UseAnswer {
  if (missing.length > 0) return { answer: 'no', missing };
  return why === undefined ? { answer: 'yes' } : { answer: 'unknown', why };
}

/** Uses of one import that are recorded, at most, and the bytes of one; what is left out is recorded as unread. */
const MOST = 1000;
const MOST_BYTES = 8 * 1024;

/** What an import records of how a contract is used, for those who change the contract. */
export interface Recorded {
  uses: JsonObject[];
  unread: JsonObject[];
}

/** The uses and what was not read of them, in the form of a binding's file. */
export function recordOf(parts: readonly Part[], unresolved: readonly Unresolved[]): Recorded {
  const all = usesIn(parts);
  const kept = all.slice(0, MOST).filter(({ use }) => JSON.stringify(use).length <= MOST_BYTES);
  const left = all.filter((use) => !kept.includes(use));
  const unread = [
    ...unresolved.map(({ path, line, why }) => ({ at: `${path}:${line}`, why })),
    ...left.map(({ at }) => ({ at, why: 'it is too large to be recorded' })),
  ];
  return {
    uses: kept.map(({ use, at }) => ({ ...use, at })),
    unread: unread.length > MOST ? [...unread.slice(0, MOST), { at: '', why: 'and more' }] : unread,
  };
}

/** The uses that an import has on record, which anybody may have written; `null` where it has none, or they cannot be read. */
export function recordedUses(uses: JsonValue | undefined): PlacedUse[] | null {
  if (!Array.isArray(uses)) return null;
  const found = uses.flatMap((entry): PlacedUse[] => {
    if (!isUse(entry) || typeof entry.at !== 'string') return [];
    const { at, ...use } = entry;
    return [{ use: use as UseOf, at }];
  });
  return found.length === uses.length ? found : null;
}

/** What is on record of an import, in the form in which a reader would have found it. */
export function recordedExtraction(
  uses: readonly PlacedUse[],
  unread: readonly JsonObject[] | undefined,
): Extraction {
  return {
    value: { uses: uses.map(({ use }) => use) },
    schema: {},
    parts: uses.map(({ use, at }, nth) => ({
      ...{ pointer: `/uses/${nth}`, value: use, how: 'on record' },
      ...placeOf(at),
    })),
    unresolved: (unread ?? []).map(({ at, why }) => ({
      ...placeOf(String(at)),
      ...{ what: 'a use', why: String(why) },
    })),
  };
}

function placeOf(at: string): { path: string; line: number } {
  const colon = at.lastIndexOf(':');
  return { path: at.slice(0, Math.max(colon, 0)), line: Number(at.slice(colon + 1)) || 1 };
}
