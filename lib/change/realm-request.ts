import { inline, title } from '../markdown.ts';

export interface RequestFacts {
  by: string;
  /** Subjects of the realm commits that are asked for, the oldest first. */
  commits: readonly string[];
  /** The main branch that they stand on, and the last of them. */
  base: string;
  tip: string;
}

export const requestTitle = ([first = '', ...others]: readonly string[]): string =>
  others.length === 0 ? title(first) : `${title(first)}, and ${others.length} more`;

/** The marked block of a pull request to a realm: what is asked for, and how it is checked. */
export const requestBlock = ({ by, commits, base, tip }: RequestFacts): string =>
  [
    `**Changes to this realm by ${inline(by)}**`,
    '',
    ...commits.map((subject) => `- ${inline(subject)}`),
    '',
    `To check it: \`git realm verify ${base} ${tip}\`. Merge, squash or rebase it: the next \`git realm sync\` of its author`,
    'detects the merge. Until then, that command updates it for the current main branch.',
  ].join('\n');
