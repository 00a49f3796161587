import type { ContractFile, Release } from './types.ts';

/** A contract's releases, the newest first, under either name. */
export const releasesOf = (file: ContractFile): readonly Release[] => file.changelog ?? file.evolution ?? [];

/** When the published version takes effect, ms since the epoch; `null`: it is in effect at that moment. */
export function pendingUntil(file: ContractFile, at: number): number | null {
  const due = Date.parse(file.effective_at ?? '');
  return due > at ? due : null;
}

/**
 * The releases as they stand below a newer one. One that is not in effect yet takes its date along: who relies on what it
 * replaces keeps its time, however many versions follow.
 */
export function releasesBelow(file: ContractFile, at: number): Release[] {
  const releases = [...releasesOf(file)];
  if (file.effective_at === undefined || pendingUntil(file, at) === null) return releases;
  const own = releases.findIndex(({ version }) => version === file.version);
  const dated: Release = {
    ...(releases[own] ?? { version: file.version }),
    effective_at: file.effective_at,
  };
  if (own < 0) return [dated, ...releases];
  return releases.with(own, dated);
}

/** A contract's full name and those it had before, as records may have it. */
export const namesOf = (domain: string, contract: string, file: ContractFile): string[] =>
  [contract, ...(file.formerly ?? [])].map((name) => `${domain}/${name}`);
