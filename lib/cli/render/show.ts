import type { Shown } from '../../actions/contract/show.ts';
import type { JsonObject } from '../../json.ts';
import { houseHand, mapLines, topOf } from '../../realm/emit.ts';
import { inLines } from '../../visible.ts';
import { domainText } from './domain.ts';

/** A contract as YAML: its file as it is written, then who imports it. A domain as `git realm domain show` has it. */
export function showText(shown: Shown): string {
  if (shown.kind === 'domain') return domainText(shown.domain);
  const { domain, contract, version, latest, commit, owner, file, text, consumers } = shown;
  const lines = [
    `# ${domain}/${contract} ${version}, ${commit.date.slice(0, 10)}, realm commit ${commit.oid.slice(0, 12)}`,
  ];
  if (version !== latest) lines.push(`# the published version is ${latest}`);
  if (file.owner === undefined) lines.push(`# owner: ${owner ?? 'none'}`);
  const uses = consumers.map((consumer) => ({ ...consumer })) as unknown as JsonObject[];
  const place = { ...topOf('binding'), hand: houseHand, shape: undefined, key: 'suppress' };
  return inLines([
    ...lines,
    ...text.trimEnd().split('\n'),
    ...(uses.length === 0 ? ['# no consumers yet'] : mapLines({ consumers: uses }, place)),
  ]);
}
