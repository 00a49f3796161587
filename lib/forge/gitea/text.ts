/** Titles as Gitea and Forgejo read them: a prefix marks a draft. */

const DRAFT = /^\s*(?:wip:|\[wip\])\s*/i;

/** A title without the mark of a draft. */
export const plainTitle = (title: string): string => {
  const plain = title.replace(DRAFT, '');
  return plain === title || plain === '' ? plain || title : plainTitle(plain);
};

/** A title with the mark of a draft, or without it. */
export const titleFor = (title: string, draft: boolean): string =>
  draft ? `WIP: ${plainTitle(title)}` : plainTitle(title);
