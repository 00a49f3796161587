import type { ContractShown, DomainShown } from '../../actions/contract/domains.ts';
import { standing } from '../../graph/graph.ts';
import { inLines } from '../../visible.ts';

/** One line per domain. */
export function domainsText(domains: readonly DomainShown[]): string {
  if (domains.length === 0) return 'no domains yet: git realm domain create <name> --repos <a,b>';
  return inLines(
    domains.map((domain) => {
      const contracts =
        domain.contracts.map((contract) => `${contract.name} ${contract.version}`).join(', ') ||
        'no contracts';
      return `${domain.name}${domain.archived ? ' (archived)' : ''}: ${domain.members.map((member) => member.repo).join(', ')}; ${contracts}`;
    }),
  );
}

/** One domain: members with their role, contracts with who uses them. */
export function domainText(domain: DomainShown): string {
  const lines = [domain.name + (domain.description === null ? '' : `: ${domain.description}`)];
  for (const member of domain.members)
    lines.push(`  ${member.repo}: ${member.role}${member.joined ? '' : ' (invited: has not joined)'}`);
  for (const contract of domain.contracts) lines.push(...contractLines(contract));
  return inLines(lines);
}

function contractLines(contract: ContractShown): string[] {
  const owner = contract.owner === null ? '' : `, owned by ${contract.owner}`;
  return [
    `${contract.name} ${contract.version}${owner}${contract.description === null ? '' : `: ${contract.description}`}`,
    ...contract.consumers.map(
      (consumer) =>
        `  ${consumer.repo} ${consumer.range}: ${standing(consumer)}${consumer.binding === null ? '' : ` (${consumer.binding})`}`,
    ),
  ];
}
