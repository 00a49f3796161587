import { randomBytes } from 'node:crypto';
import type { PublishOp } from '../../../lib/realm/ops/publish.ts';
import type { BenchContract } from './realm.ts';

export const who = { name: 'Bench', email: 'bench@example.com' };

/** Publishes `1.<minor>.0` of a contract of a bench realm by hand: a version and a line of changelog. */
export function publication(contract: BenchContract, minor: number): PublishOp {
  return {
    verb: 'publish',
    id: randomBytes(8).toString('hex'),
    at: '2026-01-25T10:00:00Z',
    by: who.email,
    domain: contract.domain,
    contract: contract.name,
    repo: contract.provider,
    base: null,
    source: null,
    version: `1.${minor}.0`,
    description: `version ${minor}`,
  };
}
