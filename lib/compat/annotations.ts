import { atPointer, isObject, type JsonObject, type JsonValue } from '../json.ts';
import { OutOfSteps, safeRegExp } from '../regexp/index.ts';

/** How a part of a value is compared: what `x-realm.kind` in the contract's schema says. */
const kinds = ['paths', 'set', 'list', 'record', 'scalar'] as const;
export type Kind = (typeof kinds)[number];

/** `x-realm` of one place in a schema, as far as it is understood. */
export interface Annotation {
  kind?: Kind;
  /** Of path patterns; whatever stands there, for the reader to refuse. */
  dialect?: string;
  /** The bucket that every path below here is in; null where it is not known. */
  bucket?: string | null;
  /** Who is affected by a change and what lands first; never the verdict. */
  polarity?: 'grant' | 'need' | 'emit';
  /** What a change below here means at most: `compatible`, or `described`, which is a patch. Absent: by its kind. */
  change?: 'compatible' | 'described';
}

/**
 * A place in a JSON Schema, walked along with a value: local `$ref`s are followed and `allOf` is looked through, so that an
 * annotation is found where an author may put it. Branches that may or may not apply (`anyOf`, `if` …) annotate nothing.
 */
export class Guide {
  private readonly nodes: JsonObject[];

  constructor(
    private readonly root: JsonValue | undefined,
    node: JsonValue | undefined = root,
  ) {
    this.nodes = applicable(root, node);
  }

  get annotation(): Annotation {
    const found: Annotation = {};
    for (const node of this.nodes) {
      const raw = Object.hasOwn(node, 'x-realm') ? node['x-realm'] : undefined;
      if (!isObject(raw)) continue;
      const { kind, dialect, bucket, polarity, change } = raw;
      if (isOneOf(kinds, kind)) found.kind ??= kind;
      if (typeof dialect === 'string') found.dialect ??= dialect;
      if (found.bucket === undefined && (typeof bucket === 'string' || bucket === null))
        found.bucket = bucket;
      if (isOneOf(['grant', 'need', 'emit'] as const, polarity)) found.polarity ??= polarity;
      if (isOneOf(['compatible', 'described'] as const, change)) found.change ??= change;
    }
    return found;
  }

  property(key: string): Guide {
    for (const node of this.nodes) {
      const { properties } = node;
      if (isObject(properties) && Object.hasOwn(properties, key))
        return new Guide(this.root, properties[key]);
    }
    for (const { patternProperties } of this.nodes) {
      for (const [source, schema] of Object.entries(isObject(patternProperties) ? patternProperties : {})) {
        const matches = matchesKey(source, key);
        // Whether this one or a further schema is meant cannot be decided.
        if (matches === undefined) return new Guide(undefined);
        if (matches && isObject(schema)) return new Guide(this.root, schema);
      }
    }
    return this.first((node) => node.additionalProperties);
  }

  item(index: number): Guide {
    return this.first((node) => {
      const tuple = Array.isArray(node.prefixItems) ? node.prefixItems : node.items;
      if (!Array.isArray(tuple)) return tuple;
      return tuple[index] ?? (Array.isArray(node.prefixItems) ? node.items : node.additionalItems);
    });
  }

  private first(pick: (node: JsonObject) => JsonValue | undefined): Guide {
    for (const node of this.nodes) {
      const picked = pick(node);
      if (isObject(picked)) return new Guide(this.root, picked);
    }
    return new Guide(undefined);
  }
}

/** What running one pattern of a schema over one key may take. */
const PATTERN_STEPS = 20_000;

/** Undefined for a pattern that cannot be run, or needs too many steps. */
function matchesKey(source: string, key: string): boolean | undefined {
  const compiled = safeRegExp(source, { unicode: true, multiline: false });
  if (!compiled.ok) return undefined;
  try {
    return compiled.regexp.test(key, { left: PATTERN_STEPS });
  } catch (error) {
    if (error instanceof OutOfSteps) return undefined;
    throw error;
  }
}

/** The schema objects that always apply where `node` does; a bounded number of them. */
function applicable(root: JsonValue | undefined, node: JsonValue | undefined): JsonObject[] {
  const found = new Set<JsonObject>();
  const waiting = [node];
  for (let next = waiting.shift(); next !== undefined && found.size < 64; next = waiting.shift()) {
    if (!isObject(next) || found.has(next)) continue;
    found.add(next);
    const { $ref, allOf } = next;
    if (typeof $ref === 'string' && root !== undefined && /^#(\/|$)/.test($ref)) {
      const target = atPointer(root, decoded($ref.slice(1)));
      if (target !== undefined) waiting.push(target);
    }
    if (Array.isArray(allOf)) waiting.push(...allOf.slice(0, 64));
  }
  return [...found];
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

const isOneOf = <T extends string>(names: readonly T[], value: unknown): value is T =>
  (names as readonly unknown[]).includes(value);
