import type { SourceFile } from '../../detect/types.ts';
import { isObject } from '../../json.ts';
import { dataIn } from '../recognise.ts';
import { Confidence, type Recognised } from '../types.ts';

/** By its version: a document without one is not read as OpenAPI, whatever else is in it. */
export async function recognise(file: SourceFile): Promise<Recognised | null> {
  const document = await dataIn(file, /["']?(?:openapi|swagger)["']?\s*:/);
  if (!isObject(document)) return null;
  const key = (['openapi', 'swagger'] as const).find((word) => /^\d/.test(String(document[word] ?? '')));
  if (key === undefined || typeof document[key] !== 'string') return null;
  return {
    confidence: Confidence.certain,
    reader: 'openapi',
    why: `is a document with ${key}: ${document[key]}`,
  };
}
