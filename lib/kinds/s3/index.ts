import { isObject, type JsonValue } from '../../json.ts';
import { compareAsValues, coverValue } from '../cover.ts';
import type { Kind } from '../types.ts';

/** Which S3 paths code reads and writes, and which IAM policies grant. */
export const s3: Kind = {
  name: 's3',
  summary: 'S3 paths that code reads and writes, granted by IAM policies',
  looksFor: 'calls and addresses that read or write S3 paths',
  direction: 'needs',
  readers: ['s3-paths', 'iam-paths'],
  uses: [
    { name: 'iam-paths', reader: 'iam-paths' },
    { name: 'pattern', reader: 'pattern' },
  ],
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ schema }) => saysPaths(schema),
  compare: compareAsValues,
  // A path that is granted stays granted whatever other grants were not read; a denial or a condition may take it away.
  cover: (content, usage) => coverValue(content, usage, (unresolved) => unresolved.limits === true),
};

/** Does a schema say anywhere that a list is one of paths? */
function saysPaths(schema: JsonValue): boolean {
  const waiting: JsonValue[] = [schema];
  for (let steps = 0; steps < 10_000; steps++) {
    const here = waiting.pop();
    if (here === undefined) return false;
    if (Array.isArray(here)) waiting.push(...here);
    else if (isObject(here)) {
      const realm = here['x-realm'];
      if (isObject(realm) && realm.kind === 'paths') return true;
      waiting.push(...Object.values(here));
    }
  }
  return false;
}
