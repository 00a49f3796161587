import { RealmError } from '../../errors.ts';
import { shaped } from '../shapes.ts';
import { PAGE, paged, type TeaCalls } from './reads.ts';
import { TEA_LABEL } from './shapes.ts';

interface Label {
  id: number;
  name: string;
}

/**
 * The numbers of labels, which is what Gitea takes: those of the repository, of its organization, and new ones. `mayLack`: a label
 * that this user may not make is left out.
 */
export async function labelIds(
  calls: TeaCalls,
  names: readonly string[],
  mayLack = false,
): Promise<number[]> {
  if (names.length === 0) return [];
  const known = await labelsOf(calls);
  const find = (name: string) => known.find((label) => label.name.toLowerCase() === name.toLowerCase());
  if (names.some((name) => find(name) === undefined)) known.push(...(await labelsOfOwner(calls)));
  const ids: number[] = [];
  for (const name of new Set(names)) {
    const id = find(name)?.id ?? (await newLabel(calls, name, mayLack));
    if (id !== null) ids.push(id);
  }
  return ids;
}

const labelsOf = ({ ask, at }: TeaCalls): Promise<Label[]> =>
  ask('list labels', ({ repos }) =>
    paged(10, async (page) => {
      const { data, headers } = await repos.issueListLabels(...at, { limit: PAGE, page });
      return { data: shaped(data as unknown as Label[], [TEA_LABEL]), headers };
    }),
  );

/** None where the owner is a user. */
const labelsOfOwner = ({ ask, at: [owner] }: TeaCalls): Promise<Label[]> =>
  ask('list labels', ({ orgs }) =>
    paged(10, async (page) => {
      const { data, headers } = await orgs.orgListLabels(owner, { limit: PAGE, page });
      return { data: shaped(data as unknown as Label[], [TEA_LABEL]), headers };
    }),
  ).catch(without);

async function newLabel({ tell, at }: TeaCalls, name: string, mayLack: boolean): Promise<number | null> {
  try {
    return await tell(`create the label ${name}`, async ({ repos }) => {
      const { data } = await repos.issueCreateLabel(...at, { name, color: '#ededed' });
      return shaped(data as unknown as Label, TEA_LABEL).id;
    });
  } catch (error) {
    if (!mayLack) throw error;
    without(error);
    return null;
  }
}

function without(error: unknown): never[] {
  if (error instanceof RealmError && ['forge-forbidden', 'forge-missing'].includes(error.code)) return [];
  throw error;
}
