import type { Detected, ExportPreview, PreviewValue } from '../../actions/contract/detect.ts';
import type { JoinResult } from '../../actions/join/join.ts';
import { causeLines } from '../../causes.ts';
import { counted, forCount } from '../../count.ts';
import { shellWord } from '../../shell-word.ts';
import { inLines } from '../../visible.ts';

/** Values of one export that are listed; `--json` has them all. */
const MOST_VALUES = 12;
const MOST_UNRESOLVED = 10;

/** `git realm join`: what was done, what was found with its values and places unless that was `shown` before, and what to type next. */
export function joinText(result: JoinResult, shown = false): string {
  const lines = [outcome(result)];
  if (result.pending !== null) lines.push(result.pending);
  if (shown) lines.push(...result.detected.exports.map(({ name }) => `export ${name}`));
  else lines.push(...foundLines(result.detected, result.realm));
  if (result.hooks.installed.length > 0) lines.push(`hooks: ${result.hooks.installed.join(', ')}`);
  // What a hook manager wants added takes several lines.
  lines.push(...result.hooks.words.flatMap((word) => word.split('\n')));
  if (result.configChanged) lines.push('wrote .blue/config.yaml: commit it, so that other clones can attach');
  const [first] = result.detected.exports;
  if (first !== undefined && result.attached && result.commit !== null)
    lines.push(
      `next: git realm domain create <domain> --repos ${result.repo},<other repo> --contract ${first.name}`,
    );
  return inLines(lines);
}

function outcome({ attached, asked, commit, realm, repo }: JoinResult): string {
  if (!attached) return `would register ${repo} in realm ${realm}; nothing was changed`;
  if (asked !== null) return `requested to join realm ${realm} as ${repo}: ${asked}`;
  if (commit === null) return `${repo} is registered in realm ${realm}; this clone is attached`;
  return `registered ${repo} in realm ${realm}`;
}

/** What was found: exports with their values, imports, what is left out and why, what could not be read. */
export function foundLines(found: Detected, realm: string): string[] {
  const taken = new Map(found.exports.map((taking) => [taking.source_files.join('\n'), taking.name]));
  const nameOf = (preview: ExportPreview) => taken.get(preview.source_files.join('\n'));
  return [
    ...found.previews.flatMap((preview) => {
      const name = nameOf(preview);
      return name === undefined ? [] : exportLines({ ...preview, name });
    }),
    ...found.imports.flatMap(importLines),
    ...leftOutLines(
      found.previews.filter((preview) => nameOf(preview) === undefined),
      found.own_policies,
      realm,
    ),
    ...causeLines(found.unresolved, MOST_UNRESOLVED, ': git realm export --detect --explain'),
    ...found.refused,
  ];
}

/** `export billing-s3 (packages/billing)`, and a line for each value. */
export function exportLines(preview: ExportPreview): string[] {
  const about = [
    ...(preview.folder === '' ? [] : [preview.folder]),
    ...(preview.detector === 's3-paths' ? [] : [preview.detector]),
    ...(preview.bucket === null ? ['bucket unknown'] : []),
  ];
  const shown = preview.values
    .slice(0, MOST_VALUES)
    .map((value) => [valueWords(preview, value), placeWords(value)]);
  const width = Math.min(60, Math.max(0, ...shown.map(([text = '']) => text.length)));
  const rest = preview.values.length - shown.length;
  const others = preview.source_files.filter(
    (path) => !preview.values.some((value) => value.path === path || value.path.startsWith(`${path}/`)),
  );
  return [
    `export ${preview.name}${about.length === 0 ? '' : ` (${about.join(', ')})`}`,
    ...shown.map(([text = '', place]) => `  ${text.padEnd(width)}  ${place}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    ...(others.length > 0 ? [`  values depend on ${firstOf(others)} too`] : []),
  ];
}

function valueWords({ bucket }: ExportPreview, { key, value }: PreviewValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const whole = typeof bucket === 'string' ? `${bucket}/${text}` : text;
  const short = whole.length > 200 ? `${whole.slice(0, 199)}…` : whole;
  return key === '' ? short : `${key.padEnd(5)} ${short}`;
}

function placeWords({ path, line, elsewhere, covers }: PreviewValue): string {
  return [
    `${path}:${line}`,
    ...(elsewhere > 0 ? [`and ${elsewhere} more ${forCount(elsewhere, 'place')}`] : []),
    ...(covers.length > 0 ? [`covers ${counted(covers.length, 'other')}`] : []),
  ].join(', ');
}

const importLines = ({ binding, contracts }: Detected['imports'][number]): string[] =>
  contracts.flatMap((contract) => {
    const [domain = '', name = ''] = contract.split('/');
    return [
      `import ${contract}: ${binding} grants paths that it needs`,
      `  git realm import ${name} --domain ${domain} --binding ${shellWord(binding)}`,
    ];
  });

function leftOutLines(
  previews: readonly ExportPreview[],
  policies: readonly string[],
  realm: string,
): string[] {
  if (previews.length === 0 && policies.length === 0) return [];
  return [
    'left out:',
    ...previews.map((preview) => {
      const [first] = preview.values;
      const where = first === undefined ? '' : `: ${valueWords(preview, first)}  ${first.path}:${first.line}`;
      const rest = preview.values.length > 1 ? `, and ${preview.values.length - 1} more` : '';
      return `  ${preview.name} (${preview.left_out?.why ?? 'dropped'})${where}${rest}`;
    }),
    ...(policies.length === 0
      ? []
      : [
          `  ${counted(policies.length, 'policy', 'policies')} that ${forCount(policies.length, 'grants', 'grant')} nothing that a contract of ${realm} needs: ${firstOf(policies)}`,
        ]),
  ];
}

function firstOf(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
