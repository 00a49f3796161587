import { sameLine } from '../compat/version.ts';
import { isObject, type JsonObject, sameJson } from '../json.ts';
import type { ContractFile } from './types.ts';

/** A contract's schema; one that allows everything is empty. */
export const schemaOf = ({ schema }: Pick<ContractFile, 'schema'>): JsonObject =>
  isObject(schema) ? schema : {};

/**
 * The contract's schema with what the detector found new: a key it did not have, and the one bucket. What a person wrote
 * (descriptions, polarity, tighter types) stays.
 */
export function mergedSchema(old: Pick<ContractFile, 'schema'>, detected: JsonObject): JsonObject {
  const contract = schemaOf(old);
  if (Object.keys(detected).length === 0) return contract;
  if (Object.keys(contract).length === 0) return detected;
  const merged: JsonObject = { ...contract };
  if (isObject(detected.properties)) {
    const properties = isObject(contract.properties) ? contract.properties : {};
    merged.properties = { ...detected.properties, ...properties };
  }
  const bucket = isObject(detected['x-realm']) ? detected['x-realm'].bucket : undefined;
  const hints = { ...(isObject(contract['x-realm']) ? contract['x-realm'] : {}) };
  if (bucket !== undefined) hints.bucket = bucket;
  else delete hints.bucket;
  if (Object.keys(hints).length > 0) merged['x-realm'] = hints;
  else delete merged['x-realm'];
  return merged;
}

/** Does a schema say more than the contract's, so that it matters what earlier versions said there? */
export function addsToSchema(old: Pick<ContractFile, 'schema' | 'content'>, next: JsonObject): boolean {
  // A document is all that the contract says: there is nothing beside it.
  if (old.content !== undefined) return false;
  const contract = schemaOf(old);
  if (Object.keys(contract).length === 0) return Object.keys(next).length > 0;
  return Object.keys(propertiesOf(next)).some((key) => !Object.hasOwn(propertiesOf(contract), key));
}

/**
 * The schema with what earlier versions of the same line (`history`, the newest first) said and this one leaves out: leaving
 * it out breaks nobody, and saying something else in its place does.
 */
export function owedSchema(old: ContractFile, history: readonly ContractFile[]): JsonObject {
  let owed = schemaOf(old);
  for (const past of history) {
    if (!sameLine(past.version, old.version)) continue;
    const schema = schemaOf(past);
    if (Object.keys(owed).length === 0) owed = schema;
    const properties = { ...propertiesOf(schema), ...propertiesOf(owed) };
    if (!sameJson(properties, propertiesOf(owed))) owed = { ...owed, properties };
  }
  return owed;
}

const propertiesOf = (schema: JsonObject): JsonObject =>
  isObject(schema.properties) ? schema.properties : {};
