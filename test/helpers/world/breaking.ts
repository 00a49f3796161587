import type { Test } from 'tap';
import type { RunOptions } from './cli.ts';
import { type As, organisations } from './organisations.ts';

/** What the contracts hold, each breaking the one before. */
export const values = ['{"read":["a/*","b/*","c/*"]}', '{"read":["a/*","b/*"]}', '{"read":["a/*"]}'];
type Options = RunOptions & { days?: number };

/** A provider and two consumers of contracts at 1.0.0. Repos come in as they like, boss and chief approve. */
export async function breakingWorld(t: Test, served: boolean, contracts: readonly string[]) {
  const made = await organisations(t, {
    served,
    more: ['mia', 'chief'],
    realm: (text) =>
      text
        .replace('admission: approval', 'admission: open')
        .replace(/approvers:.*\n(?: +- .*\n)?/, 'approvers: [boss@example.com, chief@example.com]\n'),
  });
  const { as, box, url, boss, eric, fun } = made;
  const mia = as('mia', 'mia');
  const chief = as('chief', 'chief');
  for (const person of [eric, fun, mia, chief]) await person(['join', url]);
  await eric(['domain', 'create', 'd', '--repos', 'provider,consumer,mia']);
  const publish = (contract: string, value = '', options: Options = {}) =>
    eric(['export', '--name', contract, '--domain', 'd', '--value', value], options);
  for (const contract of contracts) await publish(contract, values[0]);
  for (const who of [fun, mia]) {
    const names = contracts.filter((name) => who === fun || !['back', 'no'].includes(name));
    if (served && names.length > 0) await who(['fetch']);
    for (const name of names) await who(['import', name, '--domain', 'd', '--version', '^1.0.0']);
  }
  /** Eric breaks it; the proposal's name. */
  const breaks = async (contract: string, value = '', days = 0): Promise<string> => {
    const held = await publish(contract, value, { expect: 1, days });
    return /proposal (\w+) waits/.exec(held.stderr)?.[1] ?? '';
  };
  /** State, days until it breaks, and whom it waits for. */
  const stands = async (who: As, contract: string, days: number) => {
    const { imports } = (await who(['status', '--json'], { days, expect: 'any' })).json() as {
      imports: {
        contract: string;
        state: string;
        breaksInDays: number | null;
        grace: { missing: string[] } | null;
      }[];
    };
    const own = imports.find((listed) => listed.contract === contract);
    const waits = own?.grace?.missing ?? [];
    return [own?.state, own?.breaksInDays, ...waits].filter((word) => word !== null).join(' ');
  };
  const file = (contract: string) => made.show(`domains/d/contracts/${contract}.yaml`);
  const status = async (who: As, options: Options = {}) =>
    (await who(['status'], { expect: 'any', ...options })).stdout;
  /** Nobody's refs move. */
  const refused = async (who: As, args: string[], why: RegExp, options: Options = {}) => {
    const refs = async () => (await box.git(['-C', made.bare, 'for-each-ref'])).stdout;
    const before = await refs();
    t.match((await who(args, { expect: 1, ...options })).stderr, why, args.join(' '));
    t.equal(await refs(), before, `${args.join(' ')}: nothing is published`);
  };
  return { ...made, mia, chief, boss, breaks, stands, publish, file, status, refused };
}
