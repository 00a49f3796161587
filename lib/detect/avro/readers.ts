/**
 * `lib/detect/avro`: the schemas that a consumer reads data with, one use for each type and each field.
 */

import { modelOf } from '../../kinds/avro/read.ts';
import { sortUnresolved } from '../found-paths.ts';
import { bytesMatch, decode, pause } from '../limits.ts';
import { readsLanguages } from '../syntax/languages.ts';
import { type Detector, type Extraction, MAX_DOCUMENT_BYTES, type Part, type Unresolved } from '../types.ts';
import { CodeSchemas } from './code.ts';
import { usesOf } from './uses.ts';

const isSchema = (path: string): boolean => /\.(?:avsc|avpr)$/i.test(path);
const readsCode = readsLanguages('typescript', 'javascript', 'python', 'go', 'java');

/** The members of files, and what begins a schema in code. */
const TRIGGER = /"(?:type|protocol)"\s*:|\btype\\?["']?\s*:\s*\\?["'](?:record|error|enum|fixed)\b/;

/** Reads what the consumer's own schemas read; each type and each field is a use with its line. */
export const avroReaders: Detector = {
  name: 'avro-readers',
  summary: 'the schemas that a consumer reads data with: .avsc and .avpr files, and schemas in code',
  roles: ['import'],
  most: MAX_DOCUMENT_BYTES,
  reads: (path) => isSchema(path) || readsCode(path),
  triggers: (bytes) => bytesMatch(bytes, TRIGGER, MAX_DOCUMENT_BYTES),
  async extract(files) {
    const unresolved: Unresolved[] = [];
    const no = (path: string, line: number, what: string, why: string): void => {
      unresolved.push({ path, line, what, why, gap: true });
    };
    const texts = new Map<string, string>();
    const code = new CodeSchemas(unresolved);
    for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      if (!this.reads(file.path)) continue;
      const isCode = !isSchema(file.path);
      if (isCode && !this.triggers(file.bytes)) continue;
      const text = decode(file, isCode ? undefined : MAX_DOCUMENT_BYTES);
      if (typeof text !== 'string') no(file.path, text.line, 'a schema', text.why);
      else if (isCode) {
        await pause();
        await code.add(file.path, text);
      } else texts.set(file.path, text);
    }
    const done = (parts: Part[]): Extraction => ({
      ...{ value: { uses: parts.map(({ value }) => value) }, schema: {}, parts },
      unresolved: sortUnresolved(unresolved),
    });
    const model = await modelOf(texts);
    if ('faults' in model) {
      for (const { path, line, why } of model.faults) no(path, line, 'the schema', why);
      return done([]);
    }
    for (const [name, { path, line }] of model.open)
      no(path, line, `'${name}'`, 'it is not defined in the files, so it is not known how it is read');
    const parts = usesOf(model);
    return done(placed([...parts, ...(await code.uses(parts))]));
  },
};

/** Uses in the order of their places. */
const placed = (parts: readonly Part[]): Part[] =>
  [...parts]
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
    .map((part, nth) => ({ ...part, pointer: `/uses/${nth}` }));
