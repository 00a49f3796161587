import type { SourceFile } from '../../detect/types.ts';
import { isObject, type JsonValue } from '../../json.ts';
import { namedDocument } from '../named.ts';
import { detectorOf } from '../readers.ts';
import { dataIn } from '../recognise.ts';
import { Confidence, type Recognised } from '../types.ts';

/** By a comment that names a contract; any data file that is nothing else may be taken as a value. */
export async function recognise(file: SourceFile): Promise<Recognised | null> {
  const annotation = await detectorOf('annotation');
  if (annotation.reads(file.path) && annotation.triggers(file.bytes)) {
    const { parts } = await annotation.extract([file], {}).catch(() => ({ parts: [] }));
    const [first] = parts;
    if (first !== undefined)
      return {
        confidence: Confidence.certain,
        reader: 'annotation',
        why: `has a 'realm:export' comment (line ${first.line})`,
      };
  }
  const document = await dataIn(file);
  if (document === undefined || isEmpty(document) || namedDocument(file.path, document) !== null) return null;
  return { confidence: Confidence.possible, reader: 'data', why: 'is a data file, used as a value' };
}

const isEmpty = (document: JsonValue): boolean =>
  document === null ||
  document === '' ||
  (Array.isArray(document) && document.length === 0) ||
  (isObject(document) && Object.keys(document).length === 0);
