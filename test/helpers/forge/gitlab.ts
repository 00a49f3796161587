import type { Test } from 'tap';
import { answer, type LabProject, type ProjectOptions, projectOf } from './gitlab-project.ts';
import { recordedGitlab } from './recorded.ts';
import { type Served, served } from './served.ts';

export interface Gitlab extends Served {
  projects: Map<string, LabProject>;
  /** A project of it, by its path with all groups. */
  add(path: string, options?: ProjectOptions): LabProject;
}

/**
 * As much of GitLab as we use, with state, on 127.0.0.1. It refuses what GitLab refuses: unknown tokens (401), strangers (404),
 * readers (403, and 401 for a merge), duplicates (409), a stale `sha` (409), what is not mergeable (405, 422), a status that
 * stays pending with other words (400). Where replies of a real GitLab are recorded, its own have no field and no type that
 * those have not; one that does fails the test.
 */
export async function startGitlab(test: Test, tokens: Record<string, string>): Promise<Gitlab> {
  const projects = new Map<string, LabProject>();
  const server = await served(test, {
    api: '/api/v4',
    tokens,
    recorded: recordedGitlab(),
    refusal: (message) => ({ message }),
    answer: (name, method, url, body) => answer(lab, name, method, url, body),
  });
  const lab: Gitlab = Object.assign(server, {
    projects,
    add: (path: string, options?: ProjectOptions) => {
      const made = projectOf(projects.size + 1, path, options);
      projects.set(path, made);
      return made;
    },
  });
  return lab;
}
