import { HOST_WIDTH, hostOf, LOCAL_HOST, mapPool } from '../../change/pool.ts';
import type { Checkout } from './checkouts.ts';

/**
 * Ask the remotes: at most eight at a time per host, and the first of a host alone, so that what keeps us from it, a login
 * above all, is met once before it is met many times. Answers come in the order of the list.
 */
export async function perHost<T>(
  checkouts: readonly Checkout[],
  work: (checkout: Checkout) => Promise<T>,
  jobs = HOST_WIDTH,
): Promise<T[]> {
  const byHost = new Map<string, Checkout[]>();
  for (const checkout of checkouts) {
    const host = hostOf(checkout.config.get(`remote.${checkout.remote}.url`));
    byHost.set(host, [...(byHost.get(host) ?? []), checkout]);
  }
  const answers = new Map<Checkout, T>();
  const answer = async (checkout: Checkout) => void answers.set(checkout, await work(checkout));
  await Promise.all(
    [...byHost].map(async ([host, list]) => {
      const alone = host === LOCAL_HOST ? 0 : 1;
      await mapPool(list.slice(0, alone), 1, answer);
      await mapPool(list.slice(alone), Math.min(jobs, HOST_WIDTH), answer);
    }),
  );
  return checkouts.map((checkout) => answers.get(checkout) as T);
}
