import { openapiVersion } from '../../compat/openapi-version.ts';
import type { SourceFile } from '../../detect/types.ts';
import { isObject } from '../../json.ts';
import { detectorOf } from '../readers.ts';
import { dataIn } from '../recognise.ts';
import { Confidence, type Recognised } from '../types.ts';

/** By its version: a document without one is not read as OpenAPI, whatever else is in it. Code is recognised by its routes. */
export async function recognise(file: SourceFile): Promise<Recognised | null> {
  if (!/\.(?:json|ya?ml|toml)$/i.test(file.path)) return recogniseRoutes(file);
  const document = await dataIn(file, /["']?(?:openapi|swagger)["']?\s*:/);
  if (!isObject(document)) return null;
  const declared = openapiVersion(document);
  if (declared === undefined || !/^\d/.test(declared.version)) return null;
  return {
    confidence: Confidence.certain,
    reader: 'openapi',
    why: `is a document with ${declared.key}: ${declared.version}`,
  };
}

async function recogniseRoutes(file: SourceFile): Promise<Recognised | null> {
  const detector = await detectorOf('http-routes');
  if (!detector.reads(file.path) || !detector.triggers(file.bytes)) return null;
  const { parts } = await detector.extract([file], {});
  const [first] = parts;
  if (first === undefined) return null;
  const why = `answers ${String(first.value)} (line ${first.line})`;
  return { confidence: Confidence.likely, reader: detector.name, why };
}
