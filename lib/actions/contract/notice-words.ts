import type { Notice } from '../../forge/types.ts';
import { code, inline, inMarker, title } from '../../markdown.ts';
import { releasesOf } from '../../realm/releases.ts';
import type { ContractFile, ImportEntry } from '../../realm/types.ts';

/** What an issue of ours is about: one consumer's import of a contract, at one version of it. */
export interface About {
  /** In full: `<domain>/<contract>`. */
  contract: string;
  /** The repo that imports it, in which the issue is. */
  repo: string;
  version: string;
}

/** What stands in the body of the issue about one import and version: it is found again by this. */
export const markerOf = (about: About): string => `${markerStart(about)}${inMarker(about.version)} -->`;

/** What the markers of all versions begin with. */
export const markerStart = ({ contract, repo }: Omit<About, 'version'>): string =>
  `<!-- git-realm:notice ${inMarker(contract)} ${inMarker(repo)} `;

/** The version that a marker is for; `null` where it does not say. */
export const versionIn = (marker: string, about: Omit<About, 'version'>): string | null =>
  marker.slice(markerStart(about).length).replace(/ -->$/, '') || null;

/** What becomes of a contract that others import. */
export type Farewell =
  | { kind: 'gone'; because: 'left' | 'removed' }
  /** It goes on that day; `reason` in the owner's words. */
  | { kind: 'retired'; sunset: string; reason?: string | undefined };

/** The issue about a contract that goes, or will go. */
export function farewellNotice(about: About, farewell: Farewell, owner: string, range: string): Notice {
  const [heading, first] = farewellWords(farewell, { owner, name: about.contract, repo: about.repo, range });
  const lines = [
    markerOf(about),
    first,
    ...(farewell.kind === 'retired' && farewell.reason !== undefined
      ? ['', `Reason: ${inline(farewell.reason)}`]
      : []),
    '',
    'Find another provider, or remove the import: `git realm import --remove`.',
  ];
  return { marker: markerOf(about), title: title(heading), body: lines.join('\n'), labels: ['git-realm'] };
}

function farewellWords(
  farewell: Farewell,
  { owner, name, repo, range }: { owner: string; name: string; repo: string; range: string },
): [heading: string, first: string] {
  if (farewell.kind === 'retired')
    return [
      `${name} will be removed on ${farewell.sunset}`,
      `${inline(owner)} will remove ${code(name)} on ${inline(farewell.sunset)}. ${inline(repo)} imports it (${code(range)}).`,
    ];
  return farewell.because === 'left'
    ? [
        `${name} was removed: ${owner} left the realm`,
        `${inline(owner)} left the realm, which removed ${code(name)}: the import ${code(range)} of ${inline(repo)} is broken.`,
      ]
    : [
        `${name} was removed by ${owner}`,
        `${inline(owner)} removed ${code(name)}: the import ${code(range)} of ${inline(repo)} is broken.`,
      ];
}

/** What showed that the binding went with the version that it was resolved at. */
const proofWord = ({ proof, resolved_version: at }: ImportEntry): string =>
  proof === 'proved' ? `proved at ${at}` : (proof ?? 'unproved');

/** The issue about a version that an import is not at yet; `reason`: what state it is in. */
export function updateNotice(
  about: About,
  provider: string,
  { file, entry, reason }: { file: ContractFile; entry: ImportEntry; reason: string },
): Notice {
  const { contract: name, repo: consumer } = about;
  const releases = releasesOf(file);
  const since = releases.findIndex((release) => release.version === entry.resolved_version);
  const news = (since < 0 ? releases.slice(0, 1) : releases.slice(0, since)).slice(0, 20);
  const lines = [
    markerOf(about),
    `${inline(provider)} published ${code(name)} ${inline(file.version)}; ${inline(consumer)} is at ${inline(entry.resolved_version ?? 'no version')} (${inline(reason)}).`,
    '',
    ...news.flatMap((release) =>
      (release.changes ?? []).map((change) => `- ${inline(release.version)}: ${inline(change)}`),
    ),
    '',
    ...(entry.binding === undefined
      ? []
      : [`What uses it: ${code(entry.binding)} (${inline(proofWord(entry))})`, '']),
    'Update it, push, then:',
    '',
    '```',
    'git realm sync',
    '```',
  ];
  return {
    marker: markerOf(about),
    title: title(`${name} ${file.version}: ${consumer} is at ${entry.resolved_version ?? 'no version'}`),
    body: lines.join('\n'),
    labels: ['git-realm'],
  };
}
