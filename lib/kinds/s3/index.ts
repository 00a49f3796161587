import { isObject, type JsonValue } from '../../json.ts';
import type { Content, Kind } from '../types.ts';
import { coverPaths } from './cover.ts';

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
  compare: comparePaths,
  cover: coverPaths,
};

async function comparePaths(old: Content, now: Content) {
  const { compareValues } = await import('../../compat/values.ts');
  return compareValues(old.value, now.value, old.schema, { newSchema: now.schema });
}

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
