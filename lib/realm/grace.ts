import { accepts } from '../compat/imports.ts';
import { consumersOf } from './exports.ts';
import type { RealmModel } from './model.ts';
import { isOutsider, ownerOf } from './ownership.ts';
import { pendingUntil } from './releases.ts';

/** A breaking version that is published and not in effect yet (docs/design/governance.md). */
export interface Grace {
  version: string;
  /** ISO 8601. */
  effectiveAt: string;
  /** Consumers that need no more time: they acknowledged it, or their import is at it and accepts it. */
  ready: string[];
  /** Consumers that are waited for. */
  missing: string[];
}

/** How the grace period of a contract stands; `null` where none runs. `acknowledged`: the repos that said so. */
export function graceOf(
  model: RealmModel,
  domain: string,
  contract: string,
  acknowledged: ReadonlySet<string>,
  at: number,
): Grace | null {
  const file = model.contract(domain, contract);
  if (file?.effective_at === undefined || pendingUntil(file, at) === null) return null;
  const owner = ownerOf(model, domain, contract);
  const consumers = consumersOf(model, domain, contract).filter(
    ({ repo }) => repo !== owner && !isOutsider(model, domain, repo),
  );
  const isReady = ({ repo, entry }: (typeof consumers)[number]) =>
    acknowledged.has(repo) ||
    (entry.resolved_version === file.version && accepts(entry.version, file.version));
  const names = (list: typeof consumers) => list.map(({ repo }) => repo).sort();
  return {
    version: file.version,
    effectiveAt: file.effective_at,
    ready: names(consumers.filter(isReady)),
    missing: names(consumers.filter((consumer) => !isReady(consumer))),
  };
}

/** A grace period protects consumers: when each of them is ready, it has nobody to wait for. */
export const isOver = (grace: Grace): boolean => grace.missing.length === 0 && grace.ready.length > 0;
