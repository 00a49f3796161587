import { codeOf, type Finding, type RenderOptions } from '../../findings/types.ts';
import { oneLine, visibleJson } from '../../visible.ts';
import { fingerprints } from './fingerprint.ts';

const severities = { error: 'major', warning: 'minor', note: 'info' } as const;

/** GitLab demands a path: what belongs to no file belongs to the membership. */
const MEMBERSHIP = '.blue/config.yaml';

/** A GitLab code quality report (the subset of Code Climate's format that GitLab reads). */
export function gitlabCodeQuality(findings: readonly Finding[], _options: RenderOptions): string {
  const prints = fingerprints(findings);
  const report = findings.map((finding, i) => ({
    description: oneLine(
      finding.hint === undefined ? finding.message : `${finding.message}; ${finding.hint}`,
    ),
    check_name: oneLine(codeOf(finding)),
    fingerprint: prints[i] ?? '',
    severity: severities[finding.level],
    location: { path: finding.path ?? MEMBERSHIP, lines: { begin: finding.line ?? 1 } },
  }));
  return `${visibleJson(report)}\n`;
}
