import { RealmError } from '../../errors.ts';
import { cut } from '../same-text.ts';
import { shaped } from '../shapes.ts';
import type { CommitStatus, Forge } from '../types.ts';
import type { GitlabPlace } from './index.ts';
import { callsToProject, FIRST_PAGE, type LabCalls } from './reads.ts';
import { JOB, type Status } from './shapes.ts';

/** GitLab refuses a longer description. */
const LONGEST = 255;

type State = 'success' | 'pending' | 'failed' | 'canceled';

/** Commit statuses of one project; a pipeline that must succeed has them as its jobs. */
export function labStatusesOn(place: GitlabPlace): Pick<Forge, 'setStatus' | 'requires'> {
  const calls = callsToProject(place);
  return {
    setStatus: async (sha, { context, state, description }: CommitStatus, known) => {
      const wanted = {
        status: state === 'failure' ? ('failed' as const) : state,
        text: cut(description, LONGEST),
      };
      const isSaid = async () => {
        const now = await newest(calls, sha, context);
        return now?.status === wanted.status && now.description === wanted.text;
      };
      if ((known === undefined || known === state) && (await isSaid())) return false;
      try {
        await post(calls, sha, context, wanted.status, wanted.text);
      } catch (error) {
        if (!isTransition(error)) throw error;
        // A pending status takes no other description: it has to end first, and not by succeeding.
        await post(calls, sha, context, 'canceled', wanted.text);
        await post(calls, sha, context, wanted.status, wanted.text);
      }
      if (await isSaid()) return true;
      throw new RealmError(
        'not-kept',
        `the status ${context} of ${calls.name} was changed by another client`,
        {
          hint: 'git realm pr refresh',
        },
      );
    },
    // A status is a job of the pipeline: all of them must succeed, or none.
    requires: async () => {
      const settings = await calls.ask('read its settings', async ({ projects }) =>
        shaped((await projects.show(calls.project)) as unknown as MergeSettings, MERGE_SETTINGS),
      );
      return settings.only_allow_merge_if_pipeline_succeeds ?? null;
    },
  };
}

interface MergeSettings {
  only_allow_merge_if_pipeline_succeeds?: boolean | null;
}
const MERGE_SETTINGS = { 'only_allow_merge_if_pipeline_succeeds?': 'boolean' } as const;

const newest = ({ ask, project }: LabCalls, sha: string, context: string): Promise<Status | undefined> =>
  ask(`read the status of ${sha.slice(0, 12)}`, async ({ commits }) => {
    const list = await commits.allStatuses(project, sha, { name: context, ...FIRST_PAGE });
    return shaped(list as unknown as Status[], [JOB]).find(({ name }) => name === context);
  });

const post = (
  { tell, project }: LabCalls,
  sha: string,
  context: string,
  state: State,
  description: string,
): Promise<unknown> =>
  tell(`set the status ${context}`, ({ commits }) =>
    commits.editStatus(project, sha, state, { name: context, description }),
  );

const isTransition = (error: unknown): boolean =>
  error instanceof RealmError &&
  error.data.status === 400 &&
  typeof error.data.said === 'string' &&
  /cannot transition status/i.test(error.data.said);
