import { unfit } from '../../../compat/limits.ts';
import { collidingWritten, writtenIn } from '../../../compat/numbers.ts';
import { withUnread } from '../../../compat/references.ts';
import { OutOfWork, Work } from '../../../compat/schema/work.ts';
import type { ValueComparison } from '../../../compat/types.ts';
import { isObject, type JsonValue, sameJson } from '../../../json.ts';
import { Unread } from '../../openapi/compare/document.ts';
import { Report } from '../../openapi/compare/report.ts';
import { type Interface, interfaceOf } from '../interface.ts';
import { compareServers } from './servers.ts';
import { compareTopics } from './topics.ts';

/** What a comparison may take more for each part of its documents. */
const FOR_EACH = 16;
const NAMES = { kind: 'asyncapi', received: 'received', sent: 'sent' };

/** A report of the comparison of two documents; `work`: one bound for all that is looked at. */
export const reportOf = (work: Work): Report => new Report(work, NAMES);

/**
 * Can everybody who sends to the application of the old document, or receives from it, do so with the new one? What the
 * application receives is compared from old to new, what it sends from new to old. `publish` and `subscribe` of 2.x are from the
 * users' view, `send` and `receive` of 3.x from the application's; documents of both may be compared with each other.
 */
export async function compareAsyncapi(old: JsonValue, now: JsonValue): Promise<ValueComparison> {
  if (sameJson(old, now)) return { verdict: { verdict: 'equal' }, changes: [] };
  const place = { rule: 'asyncapi/unread', where: 'the document' };
  return withUnread(await compareRead(old, now), old, now, place);
}

async function compareRead(old: JsonValue, now: JsonValue): Promise<ValueComparison> {
  const reason =
    collidingWritten(old, now) ??
    [old, now].map((root) => unfit(root, new Set(writtenIn(root).map(Number)))).find(Boolean);
  if (reason !== undefined) return unknown(reason, '');
  try {
    const work = new Work(new Work().left + FOR_EACH * (sizeOf(old) + sizeOf(now)));
    return await compareInterfaces(interfaceOf(old, true), interfaceOf(now, false), work);
  } catch (error) {
    if (error instanceof Unread) return unknown(error.reason, error.pointer);
    throw error;
  }
}

/** How many parts a value has. */
function sizeOf(value: JsonValue): number {
  let size = 0;
  const waiting: JsonValue[] = [value];
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    const inner = Array.isArray(here) ? here : isObject(here) ? Object.values(here) : [];
    size += inner.length;
    for (const child of inner) if (typeof child === 'object' && child !== null) waiting.push(child);
  }
  return size;
}

const unknown = (reason: string, pointer: string): ValueComparison => ({
  verdict: { verdict: 'unknown', reason, pointer },
  changes: [
    {
      ...{ kind: 'changed', pointer, subject: reason, breaking: true, rule: 'asyncapi/unread' },
      ...{ level: 'unknown', where: 'the document', reason },
    },
  ],
});

async function compareInterfaces(old: Interface, now: Interface, work: Work): Promise<ValueComparison> {
  const report = reportOf(work);
  try {
    for (const side of [old, now])
      for (const { reason, pointer } of side.unread)
        report.note({
          ...{ rule: 'unread', level: 'unknown', kind: 'changed', where: 'the document', noun: '', reason },
          ...(side === old ? { old: pointer } : { now: pointer }),
        });
    compareServers(old, now, report);
    await compareTopics({ old, now, report, work });
    if (old.topics.length === 0 && now.topics.length === 0) compareLibraries(old, now, report);
    const roots = [old, now].map(({ document }) => ({ node: document.root, pointer: '' }));
    const [was = { node: {}, pointer: '' }, is = was] = roots;
    report.words('the document', was, is);
  } catch (error) {
    // What was found until then holds; of the rest nothing is known.
    if (error instanceof OutOfWork) report.unclear('the document', error.why.reason, '');
    else if (error instanceof RangeError)
      report.unclear('the document', 'its schemas are nested too deeply', '');
    else throw error;
  }
  return report.result();
}

/** Components that nothing in the document refers to are there for others. */
function compareLibraries(old: Interface, now: Interface, report: Report): void {
  const [was, is] = [old, now].map(({ written }) => written.components ?? null);
  if (was !== undefined && is !== undefined && !sameJson(was, is))
    report.unclear('components', 'they changed, and who uses them is not known', '/components');
}
