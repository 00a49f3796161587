import type { ValueComparison } from '../compat/types.ts';
import { type Covers, type Impact, impactOf, type Use } from '../compat/usage.ts';
import { isObject, type JsonObject, type JsonValue, sameJson } from '../json.ts';
import { kindOf, type OfSomeKind } from './index.ts';
import type { Content, Kind } from './types.ts';
import { type PlacedUse, recordedUses, type UseAnswer } from './uses.ts';

/** A consumer, with what its import has on record of its uses. */
export interface RecordedConsumer {
  repo: string;
  entry: {
    covers?: JsonObject | undefined;
    uses?: JsonObject[] | undefined;
    unread?: JsonObject[] | undefined;
  };
}

/**
 * What a breaking change of a contract means for each of its consumers, by the uses that their imports have on record; `unknown`
 * rather than a guess. `judged`: the comparison of the two values where the change was judged.
 */
export async function impactsOf(
  file: OfSomeKind,
  old: Content,
  now: Content,
  consumers: readonly RecordedConsumer[],
  judged?: ValueComparison,
): Promise<Impact[]> {
  const kind = kindOf(file);
  const found: Impact[] = [];
  for (const { repo, entry } of consumers) {
    const uses = recordedUses(entry.uses);
    if (uses !== null && uses.length > 0 && kind.affected !== undefined)
      found.push(await impactOnUses(kind, repo, { old, now, uses, unread: entry.unread }));
    else
      found.push(
        ...impactOf(old, now, [{ repo, covers: entry.covers as unknown as Covers | undefined }], judged),
      );
  }
  return found;
}

interface Change {
  old: Content;
  now: Content;
  uses: readonly PlacedUse[];
  unread: JsonObject[] | undefined;
}

async function impactOnUses(kind: Kind, repo: string, { old, now, uses, unread }: Change): Promise<Impact> {
  if (sameJson(old.value, now.value) && sameJson(old.schema, now.schema))
    return { repo, impact: 'unaffected' };
  const answers = (await kind.affected?.(old, now, uses)) ?? [];
  const broken = answers.flatMap((answer, nth) => brokenUses(answer, uses[nth]));
  if (broken.length > 0) return { repo, impact: 'breaks', uses: broken };
  const doubt = answers.findIndex(({ answer }) => answer === 'unknown');
  const found = answers[doubt];
  if (found?.answer === 'unknown')
    return { repo, impact: 'unknown', reason: `${uses[doubt]?.at}: ${found.why}` };
  const reason = unreadWords(unread);
  return reason === null ? { repo, impact: 'unaffected' } : { repo, impact: 'unknown', reason };
}

const brokenUses = (answer: UseAnswer, use: PlacedUse | undefined): Use[] =>
  answer.answer === 'no' && use !== undefined
    ? answer.missing.map(({ why, witness, rule, at }) => ({
        ...{ pointer: '', path: use.use.subject, at: at ?? use.at, witness, why },
        ...(rule === undefined ? {} : { rule }),
      }))
    : [];

/** Why a consumer may use more than its import has on record. */
function unreadWords(unread: JsonValue | undefined): string | null {
  const [first] = Array.isArray(unread) ? unread : [];
  return isObject(first) ? `${String(first.at)}: ${String(first.why)}` : null;
}
