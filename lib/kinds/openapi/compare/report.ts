import { agreed, type Direction, Inquiry } from '../../../compat/differences/levels.ts';
import { verdictOf } from '../../../compat/differences/order.ts';
import { SharedWalk } from '../../../compat/differences/shared.ts';
import type { Reader } from '../../../compat/differences/types.ts';
import { WRITTEN } from '../../../compat/numbers.ts';
import { FILES } from '../../../compat/references.ts';
import { compareSchemas } from '../../../compat/schema/index.ts';
import { OutOfWork, Work } from '../../../compat/schema/work.ts';
import type { Change, ChangeLevel, ValueComparison, Verdict } from '../../../compat/types.ts';
import {
  canonical,
  isObject,
  type JsonObject,
  type JsonValue,
  pointerToken,
  sameJson,
} from '../../../json.ts';
import { bounds, normal } from './dialect.ts';
import { type Located, type OpenapiDocument, Unread } from './document.ts';
import { changeOf, type Meanings } from './meaning.ts';
import { Proofs } from './proofs.ts';
import { jsonSchemaOf, type Reading, type Translated } from './schemas.ts';
import { isHidden, type Message } from './surface.ts';
import { type Side, Unchanged } from './unchanged.ts';

/** What all schemas of two documents may take together before the rest is `unknown`. */
const STEPS = 200_000;
/** What two schemas take at least: they are read, and Ajv reads them too. */
const EACH = 200;
/** What all searches may take of a comparison's work. */
const SEARCHES = 1_000_000;
const TOO_LONG: Verdict = {
  verdict: 'unknown',
  reason: 'comparing the documents takes too many steps',
  pointer: '',
};

/** One difference outside of the schemas, said from the first document of a comparison to the second. */
export interface Noted {
  /** The rule, without its kind. */
  rule: string;
  level: ChangeLevel;
  kind: Change['kind'];
  /** `GET /users → 200`. */
  where: string;
  /** What it is that came or went: `response header`. */
  noun: string;
  /** One sentence, where it did neither. */
  reason?: string;
  /** In the first and the second document. */
  old?: string | undefined;
  now?: string | undefined;
  witness?: JsonValue;
  keyword?: string;
  /** Where the verdict points; default: `now`. */
  at?: string;
}

/** What a kind calls its rules: those about what the provider receives, and about what it sends. */
export interface RuleNames {
  kind: string;
  received: string;
  sent: string;
}
const NAMES: RuleNames = { kind: 'openapi', received: 'request', sent: 'response' };

/** What two schemas describe. */
export interface Carried {
  /** `GET /users → 200`. */
  where: string;
  message: Message;
  media?: string;
  /** The changes of the same message that are listed already. */
  named?: Set<string>;
}

/** Gathers what was found; the first thing that breaks is the verdict. */
export class Report {
  private readonly changes: Change[] = [];
  private breakage: Verdict | undefined;
  private doubt: Verdict | undefined;
  private readonly known = new Map<string, Verdict>();
  private readonly unchanged: Unchanged;
  private readonly proofs: Proofs;
  private readonly walks = new Map<Message, SharedWalk>();
  private readonly steps = { left: STEPS };
  /** What the searches for a value that breaks may take of `work`, together and each. */
  private readonly searches: { left: number; each: number };
  private readonly inquiry: Inquiry;
  private readonly meanings: Meanings = new Map();
  /** The documents are compared the other way round: the provider is the one who calls. */
  private turned: 'callback' | 'webhook' | undefined;

  /** `work`: one bound for all that is read, translated, walked and tried. `names`: of the kind whose messages these are. */
  constructor(
    private readonly work: Work,
    private readonly names: RuleNames = NAMES,
  ) {
    this.unchanged = new Unchanged(work);
    const most = Math.min(work.left / 3, SEARCHES);
    this.searches = { left: most, each: most / 5 };
    this.proofs = new Proofs(this.unchanged, work);
    const read = (schema: JsonObject): JsonObject => {
      const copy = { ...schema };
      bounds(copy);
      return copy;
    };
    this.inquiry = new Inquiry(read, { old: {}, now: {} }, work);
  }

  result(): ValueComparison {
    const harmless = this.changes.some((change) => change.level === 'compatible');
    const settled: Verdict = { verdict: harmless ? 'compatible' : 'equal' };
    return agreed(this.breakage ?? this.doubt ?? settled, this.changes, {
      rule: `${this.names.kind}/unread`,
      subject: 'the documents as a whole',
      where: 'the document',
    });
  }

  /** Pays for what is done outside of the schemas. Throws `OutOfWork`. */
  spend(steps: number): void {
    this.work.spend(steps);
  }

  /** Runs a comparison of what the provider sends by itself, its arguments the other way round. */
  turn(what: 'callback' | 'webhook', run: () => void): void {
    const before = this.turned;
    this.turned = before === undefined ? what : undefined;
    try {
      run();
    } finally {
      this.turned = before;
    }
  }

  note(noted: Noted): void {
    if (noted.rule !== 'unread') this.work.spend(20);
    const { turned } = this;
    const kind = turned ? flipped[noted.kind] : noted.kind;
    const [oldPointer, pointer] = turned ? [noted.now, noted.old] : [noted.old, noted.now];
    const came = kind === 'added' || kind === 'removed';
    const reason = came
      ? `${noted.noun} ${kind}`
      : ((turned ? undefined : noted.reason) ?? `${noted.noun} changed`);
    const where = turned ? `${turned} ${noted.where}` : noted.where;
    const change: Change = {
      kind,
      pointer: pointer ?? oldPointer ?? '',
      ...(oldPointer === undefined ? {} : { oldPointer }),
      ...(pointer === undefined ? { gone: true as const } : {}),
      subject: came ? where : `${where}: ${reason}`,
      breaking: noted.level === 'breaking' || noted.level === 'unknown',
      rule: `${this.names.kind}/${turned && !/^(unread|words|deprecated)/.test(noted.rule) ? 'event-changed' : noted.rule}`,
      level: noted.level,
      where,
      ...(noted.witness === undefined ? {} : { witness: noted.witness }),
      reason,
    };
    this.changes.push(change);
    const said = { pointer: noted.at ?? noted.now ?? noted.old ?? '', keyword: noted.keyword ?? noted.rule };
    const verdict = { ...verdictOf(change), ...said };
    if (verdict.verdict === 'breaking') this.breakage ??= verdict;
    else if (verdict.verdict === 'unknown') this.doubt ??= verdict;
  }

  /** Takes changes over that were found in another way. */
  include(changes: readonly Change[]): void {
    this.work.spend(20 * changes.length);
    for (const change of changes) {
      this.changes.push(change);
      const verdict = verdictOf(change);
      if (verdict.verdict === 'breaking') this.breakage ??= verdict;
      else if (verdict.verdict === 'unknown') this.doubt ??= verdict;
    }
  }

  unclear(where: string, reason: string, pointer: string, keyword?: string): void {
    this.note({
      rule: 'unread',
      level: 'unknown',
      kind: 'changed',
      where,
      noun: '',
      reason,
      now: pointer,
      ...(keyword === undefined ? {} : { keyword }),
    });
  }

  /** Runs one part; what cannot be read there leaves the rest to be compared. */
  part(where: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      this.unclear(where, error.reason, error.pointer);
    }
  }

  /** Does the receiver take all that the sender may send? */
  schemas({ where, message, media = '', named = new Set() }: Carried, sender: Side, receiver: Side): void {
    if (this.unchanged.holds(sender, receiver)) return;
    // In one comparison of two documents, places with the same text mean the same.
    const text = (node: JsonValue | undefined): string => this.unchanged.text(node);
    const key = `${message} ${sender.document.isOld} ${text(sender.place.node)} ${text(receiver.place.node)}`;
    const [old, now] = sender.document.isOld ? [sender, receiver] : [receiver, sender];
    const found = this.walk(message, old.document, now.document).differences(old.place, now.place);
    const isWords = found.every(({ effect }) => effect === 'words');
    const verdict = this.known.get(key) ?? this.compare(message, sender, receiver, isWords);
    this.known.set(key, verdict);
    const direction: Direction = sender.document.isOld ? 'received' : 'sent';
    const place = this.turned ? `${this.turned} ${where}` : where;
    this.work.spend(10 * found.length);
    const carrier = {
      ...{ place, direction, whole: verdict, isXml: /[/+]xml$/.test(media) },
      ...{ old: old.document, now: now.document, names: this.names },
    };
    const changes = found.map((difference) => changeOf(difference, carrier, this.inquiry, this.meanings));
    const placed: Verdict =
      'reason' in verdict
        ? {
            ...verdict,
            pointer: `${receiver.place.pointer}${inDocument(verdict.pointer)}`,
            reason: `${place}: ${verdict.reason}`,
          }
        : verdict;
    const blame = {
      rule: `${this.names.kind}/${this.names[direction]}-combination`,
      subject: `${place}: schema changed${'pointer' in verdict ? inProperties(verdict.pointer) : ''}`,
      where: place,
    };
    const all = agreed(placed, changes, blame);
    for (const change of all.changes) {
      const id = JSON.stringify([change.rule, change.pointer, change.oldPointer, change.where]);
      if (!named.has(id)) this.changes.push(change);
      named.add(id);
    }
    if (all.verdict.verdict === 'breaking') this.breakage ??= all.verdict;
    else if (all.verdict.verdict === 'unknown') this.doubt ??= all.verdict;
    else if (verdict.verdict === 'compatible' && changes.length === 0 && !this.same(message, old, now)) {
      const rule = `${this.names[direction]}-combination`;
      this.note({ rule, level: 'compatible', kind: 'changed', where, noun: 'schema' });
    }
  }

  private walk(message: Message, old: OpenapiDocument, now: OpenapiDocument): SharedWalk {
    const before = {
      ...readerOf(old, message),
      unchanged: ($ref: string) => this.unchanged.leadsToSame(old, now, $ref),
    };
    const found = this.walks.get(message) ?? new SharedWalk(before, readerOf(now, message), this.work);
    this.walks.set(message, found);
    return found;
  }

  /** Is it proved that the receiver takes all that the sender may send? */
  proves(message: Message, sender: Side, receiver: Side): boolean {
    return ['equal', 'compatible'].includes(this.compare(message, sender, receiver).verdict);
  }

  /** Are the same values valid on both sides, as the engine proves it? */
  private same(message: Message, old: Side, now: Side): boolean {
    const { verdict } = this.searched((work) => {
      const [a, b] = [old, now].map(
        (side) => jsonSchemaOf(side.document, side.place, message, 'receiver', 'exact', work).schema,
      );
      return compareSchemas(a ?? true, b ?? true, { steps: this.steps, work });
    });
    return verdict === 'equal';
  }

  /** The words of two places: what nobody can break on. */
  words(where: string, old: Located, now: Located): void {
    const [was, is] = [old.node, now.node].map((node) => (isObject(node) ? node : {}));
    for (const key of new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])) {
      if ((!wordKeys.has(key) && !key.startsWith('x-')) || ownKeys.has(key)) continue;
      const [before, after] = [was?.[key], is?.[key]];
      if (sameJson(before ?? null, after ?? null)) continue;
      this.note({
        rule: key === 'deprecated' ? 'deprecated-changed' : 'words-changed',
        level: 'none',
        kind: 'described',
        where,
        noun: key,
        reason: `${key} ${before === undefined ? 'was added' : after === undefined ? 'was removed' : 'changed'}`,
        ...(before === undefined ? {} : { old: `${old.pointer}/${pointerToken(key)}` }),
        ...(after === undefined ? {} : { now: `${now.pointer}/${pointerToken(key)}` }),
      });
    }
  }

  private compare(message: Message, sender: Side, receiver: Side, isWords = false): Verdict {
    const proved = this.proofs.of(message, sender, receiver, isWords);
    if (proved) return { verdict: proved };
    if (this.steps.left <= 0) return TOO_LONG;
    return this.searched((work) => this.search(message, sender, receiver, work));
  }

  /** Searches within what is left for searches; the rest of the documents is compared whatever they take. */
  private searched(run: (work: Work) => Verdict): Verdict {
    const given = Math.min(this.searches.each, this.searches.left);
    const work = new Work(given);
    let verdict: Verdict;
    try {
      verdict = given > 0 ? run(work) : TOO_LONG;
    } catch (error) {
      if (!(error instanceof OutOfWork)) throw error;
      verdict = TOO_LONG;
    }
    const taken = given - Math.max(0, work.left);
    this.searches.left -= taken;
    this.work.spend(taken);
    return verdict;
  }

  private search(message: Message, sender: Side, receiver: Side, work: Work): Verdict {
    const read = (side: Side, role: 'sender' | 'receiver', reading: Reading): Translated =>
      jsonSchemaOf(side.document, side.place, message, role, reading, work);
    const receivers = [read(sender, 'receiver', 'exact'), read(receiver, 'receiver', 'exact')] as const;
    if (canonical(receivers[0].schema) === canonical(receivers[1].schema)) return { verdict: 'equal' };
    const choice = receivers.some((translated) => translated.choice);
    let worst: Verdict = { verdict: 'compatible' };
    for (const reading of choice ? (['exact', 'union'] as const) : (['exact'] as const)) {
      this.steps.left -= EACH;
      const verdict = compareSchemas(
        read(sender, 'sender', reading).schema,
        (reading === 'exact' ? receivers[1] : read(receiver, 'receiver', reading)).schema,
        { steps: this.steps, work },
      );
      if (verdict.verdict === 'breaking') return verdict;
      // What a sender of today sends is less than what is valid, so equal says nothing here.
      if (verdict.verdict === 'unknown') worst = verdict;
    }
    return worst;
  }
}

/** What a reader of documents adds to them. */
const ownKeys = new Set([WRITTEN, FILES]);
const wordKeys = new Set(
  'deprecated description example examples externalDocs info operationId summary tags title'.split(' '),
);
const flipped = { added: 'removed', removed: 'added', changed: 'changed', described: 'described' } as const;

function readerOf(document: OpenapiDocument, message: Message): Reader {
  return {
    normal: (node) => normal(document, node),
    hidden: (spot: Located) => quietly(() => isHidden(document, message, spot)) ?? false,
    follow: ($ref, pointer) => quietly(() => document.follow($ref, pointer)),
  };
}

/** Nothing where it cannot be read: the comparison of the schemas says so. */
function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

/** A pointer into a translated schema is one into the document as long as it met no reference. */
const inDocument = (pointer: string): string => (pointer.startsWith('/$defs/') ? '' : pointer);

/** The property that a pointer into a schema leads to, in words: ` at items.outdated`. */
function inProperties(pointer: string): string {
  const names = [...pointer.matchAll(/\/properties\/([^/]+)/g)].map(([, name = '']) =>
    name.replaceAll('~1', '/').replaceAll('~0', '~'),
  );
  return names.length === 0 ? '' : ` at ${names.join('.')}`;
}
