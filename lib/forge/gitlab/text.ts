/** Titles and bodies as GitLab reads them: a prefix marks a draft, and a line that begins with a slash is a command. */

const DRAFT = /^\s*(?:draft:|\[draft\]|\(draft\)|wip:|\[wip\])\s*/i;

/** A title without the mark of a draft. */
export const plainTitle = (title: string): string => {
  const plain = title.replace(DRAFT, '');
  return plain === title || plain === '' ? plain || title : plainTitle(plain);
};

/** A title with the mark of a draft, or without it. */
export const titleFor = (title: string, draft: boolean): string =>
  draft ? `Draft: ${plainTitle(title)}` : plainTitle(title);

/** GitLab runs what looks like a command (`/close`, `/merge`) with the rights of the token: escaped, it is text. */
export const inert = (text: string): string => text.replace(/^([ \t]*)\/(?=[a-z])/gim, '$1\\/');

/** The text as it was before it was escaped. */
export const asWritten = (text: string): string => text.replace(/^([ \t]*)\\\/(?=[a-z])/gim, '$1/');
