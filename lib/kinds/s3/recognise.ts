import type { SourceFile } from '../../detect/types.ts';
import { detectorOf } from '../readers.ts';
import { Confidence, type Recognised } from '../types.ts';

/** By what is read in it: code that uses S3 is certain, a policy or configuration that names paths is likely. */
export async function recognise(file: SourceFile): Promise<Recognised | null> {
  const isData = /\.(?:json|ya?ml)$/i.test(file.path);
  for (const reader of ['s3-paths', 'iam-paths']) {
    const detector = await detectorOf(reader);
    if (!detector.reads(file.path) || !detector.triggers(file.bytes)) continue;
    const { parts } = await detector.extract([file], {});
    const [first] = parts;
    if (first === undefined) continue;
    const confidence = isData || reader === 'iam-paths' ? Confidence.likely : Confidence.certain;
    const verb = reader === 'iam-paths' ? 'grants' : 'uses';
    return { confidence, reader, why: `${verb} the S3 path '${String(first.value)}' (line ${first.line})` };
  }
  return null;
}
