import type { ContractShown, DomainShown } from '../../actions/contract/domains.ts';
import type { LoggedCommit } from '../../actions/contract/log.ts';
import type { Report, ReportedChange } from '../../actions/view/report.ts';
import { counted } from '../../count.ts';
import { type Graph, standing } from '../../graph/graph.ts';
import { graphSvg } from '../../graph/svg.ts';
import type { JsonValue } from '../../json.ts';
import { visible } from '../../visible.ts';

/**
 * The report as one HTML file: no script, nothing from outside, and a policy in it that forbids both. Whatever names and
 * texts a realm holds, they are shown and never become markup.
 */
export function reportHtml(report: Report): string {
  const { realm, at, tip, graph, domains, values, history, more, changes } = report;
  const stale = graph.edges.filter(({ state }) => state !== 'current').length;
  const facts = [
    counted(graph.nodes.length, 'repo'),
    counted(graph.edges.length, 'import'),
    `${stale} not current`,
    `at ${tip?.slice(0, 12) ?? 'no commit'}, ${moment(at)}`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Realm ${text(realm ?? '(no name)')}</title>
${STYLE}
</head>
<body>
<h1>Realm ${text(realm ?? '(no name)')}</h1>
<p class="r-dim">${facts.map(text).join(' · ')}</p>
<h2>Who depends on whom</h2>
<div class="r-graph">
${graphSvg(graph)}</div>
${attention(graph)}<h2>Contracts</h2>
${domains.map((domain) => domainSection(domain, values)).join('\n') || '<p>No domains yet.</p>'}
<h2>Change sets</h2>
${changes.map(changeSection).join('\n') || '<p>None open.</p>'}
<h2>History</h2>
<ul class="r-history">
${history.map(commitItem).join('\n')}
</ul>
${more ? '<p class="r-dim">Older history: git realm log</p>' : ''}
</body>
</html>
`;
}

const STYLE = `<style>
body{font:15px/1.5 ui-sans-serif,system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1f2328;background:#fff}
h1,h2{line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid #d1d9e0}code{font:13px ui-monospace,monospace}
.r-dim{color:#57606a}.r-graph{overflow:auto}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #d1d9e0;overflow-wrap:anywhere}
.r-current,.r-proved{color:#2e7d32}.r-unproved{color:#b26a00}.r-failing{color:#c62828}.r-stale{color:#b26a00}.r-broken{color:#c62828}.r-history{padding-left:1.2rem}
summary{cursor:pointer;color:#57606a}pre{font:13px/1.4 ui-monospace,monospace;overflow:auto;max-height:24rem;margin:.3rem 0}
@media (prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}.r-dim{color:#9198a1}summary{color:#9198a1}h2,td,th{border-color:#3d444d}
.r-current,.r-proved{color:#3fb950}.r-unproved{color:#d29922}.r-failing{color:#f85149}.r-stale{color:#d29922}.r-broken{color:#f85149}}
</style>`;

/** The imports that somebody has to do something about, the worst first. */
function attention({ edges }: Graph): string {
  const bad = edges.filter(({ state }) => state === 'broken' || state === 'stale');
  if (bad.length === 0) return '';
  const items = bad
    .sort((a, b) => Number(b.state === 'broken') - Number(a.state === 'broken'))
    .map(
      ({ consumer, domain, contract, version, resolved, state }) =>
        `<li><span class="r-${state}">${state}</span> ${text(consumer)}: ${text(domain)}/${text(contract)}, ${text(resolved === undefined ? 'never resolved' : `resolved at ${resolved}`)}, ${text(version === undefined ? 'removed' : `now ${version}`)}</li>`,
    );
  return `<h2>Not current</h2>\n<ul>\n${items.join('\n')}\n</ul>\n`;
}

function domainSection(
  { name, description, archived, members, contracts }: DomainShown,
  values: Report['values'],
): string {
  const who = members.map(({ repo, role, joined }) => `${repo} (${role}${joined ? '' : ', has not joined'})`);
  const rows = contracts.flatMap(contractRows);
  const shown = contracts.map((contract) => valueSection(contract.name, values[`${name}/${contract.name}`]));
  const table =
    rows.length === 0
      ? '<p>No contracts yet.</p>'
      : `<table>
<tr><th>contract</th><th>version</th><th>owner</th><th>consumer</th><th>range</th><th>state</th></tr>
${rows.join('\n')}
</table>`;
  return `<h3>${text(name)}${archived ? ' (archived)' : ''}</h3>
<p>${text(description ?? '')}</p>
<p class="r-dim">${text(who.join(', '))}</p>
${table}
${shown.join('')}`;
}

/** Longest value that is written out, in characters. */
const MAX_VALUE = 20_000;

function valueSection(name: string, value: JsonValue | undefined): string {
  if (value === undefined) return '';
  const whole = JSON.stringify(value, null, 2);
  const cut = whole.length > MAX_VALUE ? `${whole.slice(0, MAX_VALUE)}\n… git realm show ${name}` : whole;
  return `<details><summary>Value of ${text(name)}</summary><pre>${cut.split('\n').map(text).join('\n')}</pre></details>\n`;
}

function contractRows({ name, version, owner, description, consumers }: ContractShown): string[] {
  const head = `<td title="${text(description ?? '')}">${text(name)}</td><td>${text(version)}</td><td>${text(owner ?? '')}</td>`;
  if (consumers.length === 0) return [`<tr>${head}<td colspan="3" class="r-dim">no consumers</td></tr>`];
  return consumers.map(
    ({ repo, range, state, proof }) =>
      `<tr>${head}<td>${text(repo)}</td><td><code>${text(range)}</code></td><td class="r-${state === 'current' ? proof : state}">${standing({ state, proof })}</td></tr>`,
  );
}

function changeSection({ branch, rfc, repos }: ReportedChange): string {
  const items = repos.map(({ name, status, commits, pull }) => {
    const link = pull === null ? '' : `, ${linkTo(`#${pull.number}`, pull.url)}`;
    return `<li>${text(name)}: ${text(status)}, ${counted(commits, 'commit')}${link}</li>`;
  });
  return `<h3><code>${text(branch)}</code></h3>
<p class="r-dim">${text(rfc ?? '')}</p>
<ul>${items.join('')}</ul>`;
}

function commitItem({ oid, date, author, subject, changes }: LoggedCommit): string {
  const lines = changes.map((change) => `<li>${text(change)}</li>`).join('');
  return `<li><span class="r-dim">${text(moment(date))} ${text(author.email)} <code>${text(oid.slice(0, 12))}</code></span><br>${text(subject)}${lines === '' ? '' : `<ul>${lines}</ul>`}</li>`;
}

/** Only what a browser fetches becomes a link: a forge's answer may hold any text. */
const linkTo = (label: string, url: string | null): string =>
  url !== null && /^https?:\/\//i.test(url)
    ? `<a href="${text(url)}" rel="noreferrer noopener">${text(label)}</a>`
    : text(label);

/** A moment to the minute, as `git realm log` has it; anything else as it is. */
const moment = (date: string): string => date.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, '$1 $2 UTC');

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For between tags and inside quotes; control characters and marks that reorder text become visible. */
const text = (raw: string): string =>
  visible(raw.replace(/[\r\n]+/g, ' ')).replace(/[&<>"']/g, (character) => entities[character] ?? character);
