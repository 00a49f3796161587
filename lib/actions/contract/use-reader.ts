import type { JsonObject } from '../../json.ts';
import type { Use } from '../../kinds/types.ts';
import type { RealmModel } from '../../realm/model.ts';
import { ownerOf } from '../../realm/ownership.ts';
import type { DetectorEntry } from '../../realm/types.ts';

/** The import whose uses are read. */
interface Import {
  domain: string;
  contract: string;
  consumer: string;
}

/** How the uses of an import are read: where its reader asks which repository the provider's is, the realm says it. */
export function useReader(model: RealmModel, own: Import, use: Use, options: JsonObject): DetectorEntry {
  const entry = { ...options, detector: use.reader };
  if (use.ofRepository !== true || options.repository !== undefined) return entry;
  const provider = ownerOf(model, own.domain, own.contract);
  return { ...entry, repository: provider === undefined ? [] : repositories(model, provider, own.consumer) };
}

/** What a repo of the realm may be called in code; a star where only its name is known. */
function repositories(model: RealmModel, provider: string, consumer: string): string[] {
  if (provider === consumer) return ['.'];
  const { url, org } = model.repo(provider) ?? {};
  const named = org === undefined ? [] : [`${org}/${provider}`];
  const hasHost =
    url !== undefined && /^(?:[a-z+]+:\/\/[^/]|[^/]+@[^/:]+:)/i.test(url) && !/^file:/i.test(url);
  return hasHost ? [url, ...named] : named.length > 0 ? named : [`*/${provider}`];
}
