import { isObject, type JsonValue } from '../json.ts';
import type { RealmModel } from './model.ts';
import type { Op } from './ops/types.ts';

/** Where an operation names repos and contracts: what is renamed meanwhile is still meant (docs/design/engine.md). */
const ONE_REPO = ['repo', 'provider'] as const;
const MANY_REPOS = ['repos', 'members'] as const;
const BY_REPO = ['commits', 'counts', 'statuses'] as const;

/** The same operation by the names that the realm has now. */
export function followed<O extends Op>(model: RealmModel, op: O): O {
  const now: Record<string, JsonValue | undefined> = {};
  const put = (key: string, value: JsonValue, old: JsonValue | undefined) => {
    if (JSON.stringify(value) !== JSON.stringify(old)) now[key] = value;
  };
  for (const key of ONE_REPO) {
    const name = op[key];
    if (typeof name === 'string') put(key, model.repoNow(name), name);
  }
  for (const key of MANY_REPOS) {
    const names = op[key];
    if (Array.isArray(names))
      put(
        key,
        names.map((name) => (typeof name === 'string' ? model.repoNow(name) : name)),
        names,
      );
  }
  for (const key of BY_REPO) {
    const entries = op[key];
    if (isObject(entries))
      put(
        key,
        Object.fromEntries(Object.entries(entries).map(([name, value]) => [model.repoNow(name), value])),
        entries,
      );
  }
  const { domain, contract } = op;
  if (typeof domain === 'string' && typeof contract === 'string')
    put('contract', model.contractNow(domain, contract), contract);
  return Object.keys(now).length === 0 ? op : { ...op, ...now };
}
