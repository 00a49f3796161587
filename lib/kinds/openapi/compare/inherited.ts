import { isObject, type JsonObject, type JsonValue } from '../../../json.ts';
import { type Located, member, members, type OpenapiDocument, Unread } from './document.ts';
import { heirsByBase, heirsOf, ownPart, schemaIn } from './heirs.ts';
import type { Report } from './report.ts';
import type { Message } from './surface.ts';
import { references } from './unchanged.ts';

/**
 * Schemas that inherit one with a discriminator (their `allOf` refers to it) are what a message may carry where that one is named,
 * although nothing there refers to them (OpenAPI, "Composition and Inheritance"). Each is compared for the messages that it may be
 * in; what it inherits is compared where it stands.
 */
export function compareInherited(old: OpenapiDocument, now: OpenapiDocument, report: Report): void {
  const [had, has] = [new Family(old, report), new Family(now, report)];
  if (had.isEmpty && has.isEmpty) return;
  for (const message of ['request', 'response'] as const) {
    const [before, after] = [had.inheritedIn(message), has.inheritedIn(message)];
    for (const name of new Set([...before, ...after])) {
      const [was, is] = [had.own(name), has.own(name)];
      const where = `components/schemas/${name}`;
      if (was !== undefined && is !== undefined)
        report.part(where, () => {
          const sides = [
            { document: old, place: was },
            { document: now, place: is },
          ] as const;
          const [sender, reader] = message === 'request' ? sides : ([sides[1], sides[0]] as const);
          report.schemas({ where, message }, sender, reader);
        });
      else if (was !== undefined)
        report.unclear(where, `it is no longer a variant in a ${message}`, was.pointer);
      else if (message === 'response' && is !== undefined)
        report.unclear(where, 'it is a new variant in a response', is.pointer);
    }
  }
}

/** The schemas of a document that inherit others. */
class Family {
  private readonly schemas: Map<string, Located>;
  /** The direct heirs of each. */
  private readonly heirs: Map<string, string[]>;
  /** Those with a discriminator that lists no variants. */
  private readonly bases: string[];
  /** Those, and all that inherit them. */
  private readonly family: Set<string>;

  constructor(
    private readonly document: OpenapiDocument,
    private readonly report: Report,
  ) {
    const root = { node: document.root, pointer: '' };
    this.schemas = new Map(members(member(member(root, 'components'), 'schemas'), true));
    const { components } = document.root;
    this.heirs = heirsByBase(isObject(components) && isObject(components.schemas) ? components.schemas : {});
    this.bases = [...this.schemas].flatMap(([name, { node }]) =>
      isObject(node) && isObject(node.discriminator) && !node.oneOf && !node.anyOf && this.heirs.has(name)
        ? [name]
        : [],
    );
    this.family = new Set(this.bases.flatMap((base) => [base, ...heirsOf(base, this.heirs)]));
    report.spend(this.schemas.size + this.family.size);
  }

  get isEmpty(): boolean {
    return this.bases.length === 0;
  }

  /** A schema without what it inherits. */
  own(name: string): Located | undefined {
    const place = this.schemas.get(name);
    if (place === undefined || !isObject(place.node)) return undefined;
    return { ...place, node: ownPart(place.node, this.family) };
  }

  /** The heirs that such messages may carry, and to which nothing in them refers. */
  inheritedIn(message: Message): Set<string> {
    if (this.isEmpty) return new Set();
    const direct = this.reached(message, false);
    return new Set([...this.reached(message, true)].filter((name) => !direct.has(name)));
  }

  private reached(message: Message, withHeirs: boolean): Set<string> {
    const waiting = messagesOf(this.document.root, message);
    const seen = new Set<string>();
    const found = new Set<string>();
    const reach = (name: string): void => {
      if (found.has(name)) return;
      found.add(name);
      waiting.push(this.schemas.get(name)?.node);
      if (withHeirs && this.bases.includes(name)) for (const heir of heirsOf(name, this.heirs)) reach(heir);
    };
    while (waiting.length > 0)
      for (const $ref of references(waiting.pop())) {
        if (seen.has($ref)) continue;
        seen.add($ref);
        this.report.spend(2);
        const name = schemaIn($ref);
        if (name !== undefined) reach(name);
        else waiting.push(this.follow($ref));
      }
    return found;
  }

  private follow($ref: string): JsonValue | undefined {
    try {
      return this.document.follow($ref, '').node;
    } catch (error) {
      if (error instanceof Unread) return undefined;
      throw error;
    }
  }
}

/** What stands in the requests or responses of a document; callbacks and webhooks count as both. */
function messagesOf(root: JsonObject, message: Message): (JsonValue | undefined)[] {
  const found: (JsonValue | undefined)[] = [root.webhooks];
  const items = isObject(root.paths) ? Object.values(root.paths) : [];
  for (const item of items) {
    if (!isObject(item)) continue;
    if (message === 'request') found.push(item.parameters ?? null);
    found.push(item.$ref === undefined ? null : { $ref: item.$ref });
    for (const operation of Object.values(item)) {
      if (!isObject(operation)) continue;
      const { parameters, requestBody, responses, callbacks } = operation;
      found.push(callbacks, ...(message === 'request' ? [parameters, requestBody] : [responses]));
    }
  }
  return found;
}
