import { RealmError } from '../errors.ts';

/** What is pinned is merged, and nothing newer. */
export const headMoved = (repo: string, number: number): RealmError =>
  new RealmError('head-moved', `${repo}#${number} has changed since it was checked`, {
    exitCode: 1,
    hint: 'git realm pr, review the changes, then git realm pr merge',
  });

export const wasClosed = (repo: string, number: number): RealmError =>
  new RealmError('pull-closed', `${repo}#${number} was closed`, {
    exitCode: 1,
    hint: 'to open it again: git realm pr',
  });

/** What was written is not what is read back. */
export const notKept = (repo: string, number: number): RealmError =>
  new RealmError('not-kept', `${repo}#${number} was changed by another client at the same time`, {
    hint: 'git realm pr',
  });

/** `forge`: its name. */
export const notMerged = (forge: string, repo: string, number: number): RealmError =>
  new RealmError('not-kept', `${forge} reported ${repo}#${number} as merged, but it is not`, {
    hint: 'git realm pr status',
  });

/** A refusal as a duplicate, a broken connection, a failure after the fact: the server may have it. */
export const mayBeMade = (error: unknown): boolean => {
  if (!(error instanceof RealmError)) return false;
  const { status } = error.data;
  return (
    error.code === 'forge-unreachable' ||
    error.code === 'forge-reply' ||
    (typeof status === 'number' && (status === 409 || status === 422 || status >= 500))
  );
};
