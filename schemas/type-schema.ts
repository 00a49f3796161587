import {
  type Checker,
  SymbolFlags,
  type Symbol as TsSymbol,
  type Type,
  TypeFlags,
} from 'typescript/unstable/sync';
import type { JsonObject, JsonValue } from '../lib/json.ts';

/** What `JSON.stringify` does not write as the fields that the type has. */
const notJson = ['Map', 'Set', 'Date', 'Buffer', 'Uint8Array', 'Promise'];

/** The JSON Schemas of TypeScript types. Named types become `$defs`, doc comments become descriptions. */
export class TypeSchemas {
  readonly $defs: Record<string, JsonObject> = {};
  readonly #checker: Checker;
  readonly #names = new Map<number, string>();

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  /** The schema of a value of this type. Throws where the type says nothing, or what JSON cannot hold. */
  of(type: Type, at: string): JsonObject {
    const { flags } = type;
    const alias = type.getAliasSymbol()?.name;
    if (alias === 'JsonValue') return {};
    if (flags & (TypeFlags.Any | TypeFlags.Unknown)) return {};
    if (flags & TypeFlags.Null) return { type: 'null' };
    if (type.isLiteralType() && !(flags & TypeFlags.Enum)) return { const: type.value as JsonValue };
    if (flags & TypeFlags.StringLike) return { type: 'string' };
    if (flags & TypeFlags.NumberLike) return { type: 'number' };
    if (flags & TypeFlags.BooleanLike) return { type: 'boolean' };
    if (type.isTypeParameter()) {
      const bound = this.#checker.getBaseConstraintOfType(type);
      return bound === undefined ? {} : this.of(bound, at);
    }
    if (type.isUnionType()) return this.#named(type, () => this.#union(type.getTypes(), at));
    if (this.#checker.isTupleType(type) || this.#checker.isArrayType(type)) return this.#list(type, at);
    if (type.isObjectType() || type.isIntersectionType())
      return this.#named(type, () => this.object(this.#checker.getPropertiesOfType(type), type, at));
    throw new Error(`${at}: ${this.#checker.typeToString(type)} has no form in JSON`);
  }

  /** The schema of an object with these properties and the index signature of the type. */
  object(symbols: readonly TsSymbol[], type: Type, at: string): JsonObject {
    const name = type.getSymbol()?.name;
    if (name !== undefined && notJson.includes(name)) throw new Error(`${at}: ${name} has no form in JSON`);
    const properties: JsonObject = {};
    const required: string[] = [];
    for (const symbol of symbols) {
      const found = this.#property(symbol, `${at}.${symbol.name}`);
      if (found === undefined) continue;
      properties[symbol.name] = found.schema;
      if (found.required) required.push(symbol.name);
    }
    const index = this.#checker.getIndexInfosOfType(type)[0];
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required }),
      ...(index !== undefined && { additionalProperties: this.of(index.valueType, `${at}[]`) }),
    };
  }

  #property(symbol: TsSymbol, at: string): { schema: JsonObject; required: boolean } | undefined {
    const type = this.#checker.getTypeOfSymbol(symbol);
    if (type === undefined) throw new Error(`${at} has no type`);
    const all = type.isUnionType() ? type.getTypes() : [type];
    const written = all.filter((part) => !isOmitted(part));
    if (written.length === 0 || written.every((part) => this.#isFunction(part))) return undefined;
    const isWhole = written.length === all.length;
    const schema = isWhole ? this.of(type, at) : this.#union(written, at);
    const words = symbol.getDocumentationComment(this.#checker).trim().replace(/\s+/g, ' ');
    return {
      schema: words === '' ? schema : { description: words, ...schema },
      required: isWhole && !(symbol.flags & SymbolFlags.Optional),
    };
  }

  /** The list in `JsonValue`, which is all that is left of that name in `JsonValue | undefined`. */
  #isListOfAnything(type: Type): boolean {
    if (!this.#checker.isArrayType(type) || !type.isTypeReference()) return false;
    return this.#checker.getTypeArguments(type)[0]?.getAliasSymbol()?.name === 'JsonValue';
  }

  #isFunction(type: Type): boolean {
    return (
      type.isObjectType() &&
      this.#checker.getSignaturesOfType(type, 0).length > 0 &&
      this.#checker.getPropertiesOfType(type).length === 0
    );
  }

  #union(types: readonly Type[], at: string): JsonObject {
    if (types.some((type) => this.#isListOfAnything(type))) return {};
    const all = types.filter((type) => !isOmitted(type)).map((type) => this.of(type, at));
    const text = (schema: JsonObject) => JSON.stringify(schema);
    const unique = [...new Map(all.map((schema) => [text(schema), schema])).values()];
    const consts = unique
      .filter((schema) => 'const' in schema)
      .map((schema) => schema.const as string | boolean);
    const others = unique.filter((schema) => !('const' in schema));
    const isAnyBoolean = consts.includes(true) && consts.includes(false);
    const literals = isAnyBoolean ? consts.filter((value) => typeof value !== 'boolean') : consts;
    if (isAnyBoolean) others.push({ type: 'boolean' });
    if (literals.length === 1) others.push({ const: literals[0] as JsonValue });
    if (literals.length > 1) others.push({ enum: [...literals].sort() });
    if (others.some((other) => Object.keys(other).length === 0)) return {};
    others.sort((a, b) => (text(a) < text(b) ? -1 : 1));
    const simple = others.filter((other) => Object.keys(other).join() === 'type');
    const merged: JsonObject[] =
      simple.length > 1
        ? [
            { type: simple.map((schema) => schema.type as string).sort() },
            ...others.filter((other) => !simple.includes(other)),
          ]
        : others;
    return merged.length === 1 && merged[0] !== undefined ? merged[0] : { anyOf: merged };
  }

  #list(type: Type, at: string): JsonObject {
    if (!type.isTypeReference()) throw new Error(`${at}: a list without a type`);
    const items = this.#checker.getTypeArguments(type).map((argument) => this.of(argument, `${at}[]`));
    if (this.#checker.isArrayType(type)) return { type: 'array', items: items[0] ?? {} };
    return { type: 'array', prefixItems: items, minItems: items.length };
  }

  /** A type with a name of its own is written once, and may hold itself. */
  #named(type: Type, make: () => JsonObject): JsonObject {
    const symbol = type.getAliasSymbol() ?? (type.isUnionType() ? undefined : type.getSymbol());
    const wanted = symbol?.name;
    if (symbol === undefined || wanted === undefined || !/^[A-Z]\w*$/.test(wanted)) return make();
    if (type.getAliasTypeArguments()?.length && /^(Record|Pick|Omit|Partial|Readonly)$/.test(wanted))
      return make();
    let name = this.#names.get(type.id);
    if (name === undefined) {
      name = wanted;
      for (let i = 2; name in this.$defs; i++) name = `${wanted}${i}`;
      this.#names.set(type.id, name);
      this.$defs[name] = {};
      const words = symbol.getDocumentationComment(this.#checker).trim().replace(/\s+/g, ' ');
      this.$defs[name] = { ...(words !== '' && { description: words }), ...make() };
    }
    return { $ref: `#/$defs/${name}` };
  }
}

const isOmitted = (type: Type): boolean => (type.flags & (TypeFlags.Undefined | TypeFlags.Void)) !== 0;
