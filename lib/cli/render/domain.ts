import type { ContractShown, DomainShown } from '../../actions/contract/domains.ts';
import { standing } from '../../graph/graph.ts';
import { inLines } from '../../visible.ts';

/** One line per domain. */
export function domainsText(domains: readonly DomainShown[]): string {
  if (domains.length === 0) return 'no domains yet: git realm domain create <name> --repos <a,b>';
  return inLines(
    domains.map((one) => {
      const contracts =
        one.contracts.map((contract) => `${contract.name} ${contract.version}`).join(', ') || 'no contracts';
      return `${one.name}${one.archived ? ' (archived)' : ''}: ${one.members.map((member) => member.repo).join(', ')}; ${contracts}`;
    }),
  );
}

/** One domain: members with their role, contracts with who uses them. */
export function domainText(domain: DomainShown): string {
  const lines = [domain.name + (domain.description === '' ? '' : `: ${domain.description}`)];
  for (const one of domain.members)
    lines.push(`  ${one.repo}: ${one.role}${one.joined ? '' : ' (invited: has not joined)'}`);
  for (const one of domain.contracts) lines.push(...contractLines(one));
  return inLines(lines);
}

function contractLines(contract: ContractShown): string[] {
  const owner = contract.owner === null ? '' : `, owned by ${contract.owner}`;
  return [
    `${contract.name} ${contract.version}${owner}${contract.description === '' ? '' : `: ${contract.description}`}`,
    ...contract.consumers.map(
      (one) =>
        `  ${one.repo} ${one.range}: ${standing(one)}${one.binding === null ? '' : ` (${one.binding})`}`,
    ),
  ];
}
