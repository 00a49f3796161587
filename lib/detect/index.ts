/**
 * `lib/detect`: reads exports and uses out of source files, by syntax tree: the value with the line of each
 * part, or why it cannot be known. It never runs code of the repository.
 */

import { RealmError } from '../errors.ts';
import { pluggedDetector } from '../kinds/plugged.ts';
import { avroReaders } from './avro/readers.ts';
import { data } from './data/detector.ts';
import { instances } from './data/instances.ts';
import { documents } from './document/detectors.ts';
import { graphqlOperations } from './graphql/operations.ts';
import { helmUses } from './helm/detectors.ts';
import { httpCalls, httpRoutes } from './http/detectors.ts';
import { iamPaths } from './iam/paths.ts';
import { annotation } from './literal/annotation.ts';
import { constant } from './literal/constant.ts';
import { asyncapiOperations } from './messages/described.ts';
import { messageCalls } from './messages/detector.ts';
import { pattern } from './pattern/detector.ts';
import { protobufUses } from './protobuf/uses.ts';
import { s3Paths } from './s3/paths.ts';
import { refuseSecrets } from './secrets.ts';
import { terraformCalls } from './terraform/detectors.ts';
import type { Detector, DetectorOptions, Extraction, SourceFile } from './types.ts';
import { workflowUses } from './workflow/detector.ts';

export { DETECT_VERSION } from './version.ts';

/** All detectors by name, in the order in which they are listed. */
export const detectors: ReadonlyMap<string, Detector> = new Map(
  [
    s3Paths,
    iamPaths,
    constant,
    data,
    annotation,
    pattern,
    ...documents,
    httpRoutes,
    httpCalls,
    graphqlOperations,
    protobufUses,
    avroReaders,
    asyncapiOperations,
    messageCalls,
    instances,
    workflowUses,
    terraformCalls,
    helmUses,
  ].map((detector) => [detector.name, detector]),
);

/** The detector of that name, built in or of a plug-in that was loaded. Throws `detector-unknown` with the names there are. */
export function detectorNamed(name: string): Detector {
  const detector = detectors.get(name) ?? pluggedDetector(name);
  if (detector) return detector;
  throw new RealmError('detector-unknown', `unknown detector '${name}'`, {
    hint: `choose one of ${[...detectors.keys()].join(', ')}`,
    exitCode: 129,
    data: { name, known: [...detectors.keys()] },
  });
}

/**
 * Reads the value out of the files with one detector. Files that are too large, binary, not UTF-8 or do not parse are
 * in `unresolved`. Throws `detector-unknown`, `detector-option`, and `secret-refused` (with file and line, never the value).
 */
export async function extract(
  name: string,
  files: readonly SourceFile[],
  options: DetectorOptions = {},
): Promise<Extraction> {
  const extraction = await detectorNamed(name).extract(files, options);
  refuseSecrets(extraction);
  return extraction;
}

export { qualifiedPaths } from './buckets.ts';
export { explain } from './explain.ts';
export { offeredExports } from './preview/exports.ts';
export { detectAll, type Proposal } from './scan.ts';
