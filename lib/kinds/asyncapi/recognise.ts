import type { SourceFile } from '../../detect/types.ts';
import { dataIn } from '../recognise.ts';
import { Confidence, type Recognised } from '../types.ts';
import { asyncapiVersion, isAsyncapi } from './version.ts';

/** By its version: a document of another one than 2 or 3 is not read. */
export async function recognise(file: SourceFile): Promise<Recognised | null> {
  if (!/\.(?:json|ya?ml)$/i.test(file.path)) return null;
  const document = await dataIn(file, /["']?asyncapi["']?\s*:/);
  if (!isAsyncapi(document)) return null;
  const why = `is a document with asyncapi: ${asyncapiVersion(document)}`;
  return { confidence: Confidence.certain, reader: 'asyncapi', why };
}
