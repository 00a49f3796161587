import type { Suppressed } from '../../findings/suppress.ts';
import { codeOf, type Finding, type RenderOptions, subjectOf } from '../../findings/types.ts';
import { oneLine, visibleJson } from '../../visible.ts';
import { fingerprints } from './fingerprint.ts';

/** What a rule means, where its code alone does not say it. */
const rules: Record<string, string> = {
  ahead: 'The code on the publishing branch is ahead of the published contract and waits for approval.',
  breaking: 'A change breaks consumers of the published contract.',
  broken: 'The published version is outside the range that an import accepts.',
  drift: 'The exported value found in the code differs from the value declared in the realm.',
  'expired-suppression': 'A suppression has expired and no longer applies.',
  invalid: 'A realm file cannot be read or is not valid.',
  stale: 'An import was resolved at a version older than the published one.',
  uncovered: 'The binding does not cover what the contract needs.',
  unknown: 'Could not determine whether a change is compatible.',
  'version-too-low': 'The version bump is smaller than the change requires.',
};

/** A SARIF 2.1.0 log with one run. */
export function sarifLog(
  findings: readonly Finding[],
  { version, suppressed = [], meaningOf }: RenderOptions,
): string {
  const all = [...findings, ...suppressed.map((finding) => finding.finding)];
  const codes = [...new Set(all.map(codeOf))].sort();
  const prints = fingerprints(all);
  const driver = {
    name: 'git-realm',
    ...(version === undefined ? {} : { version, semanticVersion: version }),
    rules: codes.map((id) => ({
      id,
      shortDescription: { text: (Object.hasOwn(rules, id) ? rules[id] : meaningOf?.(id)) ?? id },
    })),
  };
  const results = all.map((finding, i) => ({
    ...resultOf(finding, codes.indexOf(codeOf(finding)), prints[i] ?? ''),
    ...suppressionOf(suppressed[i - findings.length]),
  }));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${visibleJson(log)}\n`;
}

function resultOf(finding: Finding, ruleIndex: number, fingerprint: string) {
  const { level, message, hint, path, line, data } = finding;
  const physicalLocation =
    path === undefined
      ? undefined
      : {
          artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' },
          ...(line === undefined ? {} : { region: { startLine: line } }),
        };
  return {
    ruleId: codeOf(finding),
    ruleIndex,
    level,
    message: { text: hint === undefined ? oneLine(message) : `${oneLine(message)}\n${oneLine(hint)}` },
    locations: [
      {
        ...(physicalLocation ? { physicalLocation } : {}),
        logicalLocations: [{ fullyQualifiedName: oneLine(subjectOf(finding)), kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'gitRealmFinding/v1': fingerprint },
    ...(data === undefined ? {} : { properties: data }),
  };
}

const suppressionOf = (suppressed: Suppressed | undefined) =>
  suppressed === undefined
    ? {}
    : { suppressions: [{ kind: 'external', justification: oneLine(suppressed.suppression.reason) }] };

/** A path as a relative reference: a colon in its first segment would read as a scheme. */
const uriOf = (path: string): string =>
  path
    .split('/')
    .map((segment) => encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd')))
    .join('/');
