import { looksLikeSchema } from '../../compat/schema-shape.ts';
import type { SourceFile } from '../../detect/types.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { dataIn } from '../recognise.ts';
import { Confidence, type Recognised } from '../types.ts';

/** By its `$schema`, or by having nothing but the keywords of one. */
export async function recognise(file: SourceFile): Promise<Recognised | null> {
  // The schema of the values of a Helm chart.
  if (/(?:^|\/)values\.schema\.json$/.test(file.path)) return null;
  const document = await dataIn(file, /["']?(?:\$schema|properties|\$defs|definitions|type)["']?\s*:/);
  if (!isObject(document)) return null;
  if (declares(document))
    return {
      confidence: Confidence.certain,
      reader: 'json-schema',
      why: `is a JSON Schema ('$schema': ${String(document.$schema)})`,
    };
  return looksLikeSchema(document) === 'schema'
    ? { confidence: Confidence.certain, reader: 'json-schema', why: 'has the keywords of a JSON Schema' }
    : null;
}

const declares = ({ $schema }: JsonObject): boolean =>
  typeof $schema === 'string' && /json-schema\.org/.test($schema);
