import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { type Type, typeIn } from './types.ts';

export interface Variable {
  name: string;
  type: Type;
  /** It has no default. */
  required: boolean;
  /** A literal, or `{ expression }` with the text of one. */
  default: JsonValue;
  nullable: boolean;
  sensitive: boolean;
  ephemeral: boolean;
  /** The conditions of its validations, as they are written. */
  validations: readonly string[];
}

export interface Output {
  name: string;
  sensitive: boolean;
  ephemeral: boolean;
  /** The attributes of an output that is an object by itself; `null`: it is another expression. */
  attributes: readonly string[] | null;
}

export interface Provider {
  name: string;
  source: string | null;
  version: string | null;
  /** The configurations that a caller has to pass: `aws.east`. */
  aliases: readonly string[];
}

/** What callers see of a module. */
export interface Interface {
  /** Its folder in the provider's repository; empty for the root. */
  path: string;
  variables: readonly Variable[];
  outputs: readonly Output[];
  providers: readonly Provider[];
  /** `required_version`. */
  version: string | null;
}

/** An interface in the form in which a contract has it. */
export const schemaOf = (module: Interface): JsonObject => ({
  'x-realm': { kind: 'terraform' },
  ...(module as unknown as JsonObject),
});

/** Has a contract's schema that form? */
export const isModule = (schema: JsonValue): schema is JsonObject =>
  isObject(schema) && isObject(schema['x-realm']) && schema['x-realm'].kind === 'terraform';

/** The module that a contract's schema describes; `null`: it describes none. */
export function moduleOf(schema: JsonValue): Interface | null {
  if (!isModule(schema)) return null;
  const { path, variables, outputs, providers, version } = schema as unknown as Interface;
  return {
    ...{ path, outputs, providers, version },
    variables: variables.map((own) => ({ ...own, type: typeIn(own.type as JsonValue) })),
  };
}
