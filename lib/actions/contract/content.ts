import type { Source } from '../../checkout/levels.ts';
import { MAX_DOCUMENT_BYTES } from '../../detect/types.ts';
import { RealmError } from '../../errors.ts';
import { pathProblem } from '../../governance/tree-paths.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { nameProblem, tooMuch } from '../../realm/content.ts';
import type { ContentEntry } from '../../realm/types.ts';
import { keepBlob } from '../../store/blobs.ts';
import type { Workspace } from '../open/workspace.ts';

/** What a detector read, and of documents the files themselves. */
export interface ReadContent {
  extraction: { value: JsonValue; schema: JsonObject };
  documents?: readonly Source[] | undefined;
}

/**
 * What an operation publishes of what was read. The bytes of documents are kept for the commit to come. Throws
 * `content-refused` where they are more than a contract may have, or have a name that no realm takes.
 */
export async function contentOf(
  workspace: Pick<Workspace, 'store' | 'snapshot'>,
  contract: string,
  { extraction, documents }: ReadContent,
): Promise<{ payload: JsonObject }> {
  const { value, schema } = extraction;
  if (documents === undefined || documents.length === 0) return { payload: { value, schema } };
  const content = await keep(workspace, contract, documents);
  return { payload: { value, schema, content: content as unknown as JsonValue } };
}

async function keep(
  { store, snapshot }: Pick<Workspace, 'store' | 'snapshot'>,
  contract: string,
  documents: readonly Source[],
): Promise<ContentEntry[]> {
  const entries: ContentEntry[] = [];
  for (const source of documents) {
    const { path, bytes, size = bytes.length } = await source.read(MAX_DOCUMENT_BYTES);
    const problem = pathProblem(path) ?? nameProblem(path) ?? tooMuch([...entries, { path, bytes: size }]);
    if (problem !== null && problem !== undefined) throw refused(contract, problem);
    entries.push({ path, oid: keepBlob(store, bytes, snapshot.commit?.oid ?? ''), bytes: bytes.length });
  }
  return entries;
}

const refused = (contract: string, why: string): RealmError =>
  new RealmError('content-refused', `'${contract}' cannot store its files in the realm: ${why}`, {
    exitCode: 1,
    hint: 'for the limits of a realm: git realm help verify',
  });
