import { canonical, type JsonValue } from '../../json.ts';
import { compareSchemas } from '../schema/index.ts';
import type { Change, ValueComparison, Verdict } from '../types.ts';
import { type Located, type OpenapiDocument, Unread } from './document.ts';
import { jsonSchemaOf, type Message } from './schemas.ts';

/** How long all schemas of two documents may take together before the rest is `unknown`. */
const TOTAL_MS = 10_000;

/** Gathers what was found; the first thing that breaks is the verdict. */
export class Report {
  private readonly changes: Change[] = [];
  private breakage: Verdict | undefined;
  private doubt: Verdict | undefined;
  private readonly known = new Map<string, Verdict>();
  private readonly end = performance.now() + TOTAL_MS;

  result(): ValueComparison {
    const settled: Verdict = { verdict: this.changes.length > 0 ? 'compatible' : 'equal' };
    return { verdict: this.breakage ?? this.doubt ?? settled, changes: this.changes };
  }

  breaks(
    keyword: string,
    pointer: string,
    witness: JsonValue,
    reason: string,
    kind: Change['kind'] = 'changed',
  ): void {
    this.breakage ??= { verdict: 'breaking', witness, pointer, keyword, reason };
    this.changes.push({ kind, pointer: '', subject: reason, breaking: true });
  }

  harmless(kind: Change['kind'], what: string): void {
    this.changes.push({ kind, pointer: '', subject: what, breaking: false });
  }

  unclear(reason: string, pointer: string, keyword?: string): void {
    this.doubt ??= { verdict: 'unknown', reason, pointer, ...(keyword === undefined ? {} : { keyword }) };
    this.changes.push({ kind: 'changed', pointer: '', subject: reason, breaking: true });
  }

  /** Runs one part; what cannot be read there leaves the rest to be compared. */
  part(where: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      this.unclear(`${where}: ${error.reason}`, error.pointer);
    }
  }

  /** Does the receiver take all that the sender may send? `where` names the place in words. */
  schemas(where: string, message: Message, sender: Side, receiver: Side): void {
    const asReceived = jsonSchemaOf(sender.document, sender.place, message, 'receiver');
    const received = jsonSchemaOf(receiver.document, receiver.place, message, 'receiver');
    const texts = [canonical(asReceived), canonical(received)];
    if (texts[0] === texts[1]) return;
    const key = JSON.stringify([message, ...texts]);
    let verdict = this.known.get(key);
    if (!verdict) {
      const left = this.end - performance.now();
      verdict =
        left > 0
          ? compareSchemas(jsonSchemaOf(sender.document, sender.place, message, 'sender'), received, {
              budgetMs: Math.min(150, left),
            })
          : { verdict: 'unknown', reason: 'the comparison of the document ran out of time', pointer: '' };
      this.known.set(key, verdict);
    }
    if (verdict.verdict === 'breaking') {
      const at = `${receiver.place.pointer}${inDocument(verdict.pointer)}`;
      this.breaks(verdict.keyword, at, verdict.witness, `${where}: ${verdict.reason}`);
    } else if (verdict.verdict === 'unknown')
      this.unclear(`${where}: ${verdict.reason}`, receiver.place.pointer, verdict.keyword);
    else this.harmless('changed', `${where}: what is valid`);
  }
}

export interface Side {
  document: OpenapiDocument;
  place: Located;
}

/** A pointer into a translated schema is one into the document as long as it met no reference. */
const inDocument = (pointer: string): string => (pointer.startsWith('/$defs/') ? '' : pointer);
