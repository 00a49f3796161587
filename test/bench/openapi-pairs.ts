import { createRequire } from 'node:module';
import { compareDocuments } from '../../lib/compat/compare.ts';
import { parseDocument } from '../../lib/compat/documents.ts';
import { isObject, type JsonValue } from '../../lib/json.ts';
import { type Contender, measurePairs } from './support/pairs.ts';

/** Verdicts on documents of public OpenAPI suites: ours and npm's `openapi-diff`, in the same run. */
export const run = (): Promise<string> => measurePairs('openapi', [ours, peer]);

const ours: Contender = {
  name: 'git realm',
  async answer(old, now, names) {
    const [before, after] = [await parsed(names.old, old), await parsed(names.now, now)];
    const { verdict } = await compareDocuments({ kind: 'openapi', old: before, new: after });
    return verdict.verdict === 'equal' ? 'compatible' : verdict.verdict;
  },
};

async function parsed(name: string, text: string): Promise<JsonValue> {
  const document = await parseDocument(name, text);
  return 'value' in document ? document.value : text;
}

/** As much of `openapi-diff` as is used here. */
interface OpenapiDiff {
  diffSpecs(
    pair: Record<'sourceSpec' | 'destinationSpec', Spec>,
  ): Promise<{ breakingDifferencesFound: boolean }>;
}
interface Spec {
  content: string;
  location: string;
  format: 'swagger2' | 'openapi3';
}

const { diffSpecs } = createRequire(import.meta.url)('openapi-diff') as OpenapiDiff;

/** It reads JSON of OpenAPI 3.0 and Swagger 2.0, its version as a string; what it refuses, it does not answer. */
const peer: Contender = {
  name: 'openapi-diff',
  async answer(old, now, names) {
    const [before, after] = [await parsed(names.old, old), await parsed(names.now, now)];
    const side = (value: JsonValue, location: string): Spec => {
      const swagger = isObject(value) && value.swagger !== undefined;
      const content = JSON.stringify(swagger ? { ...value, swagger: '2.0' } : value);
      return { content, location, format: swagger ? 'swagger2' : 'openapi3' };
    };
    const { breakingDifferencesFound } = await diffSpecs({
      sourceSpec: side(before, names.old),
      destinationSpec: side(after, names.now),
    });
    return breakingDifferencesFound ? 'breaking' : 'compatible';
  },
};
