import type { Finding, RenderOptions } from '../findings/types.ts';
import { githubAnnotations } from './findings/github.ts';
import { gitlabCodeQuality } from './findings/gitlab.ts';
import { junitReport } from './findings/junit.ts';
import { sarifLog } from './findings/sarif.ts';
import { findingsAsText } from './findings/text.ts';

export const findingFormats = ['text', 'json', 'github', 'gitlab', 'junit', 'sarif'] as const;
export type FindingFormat = (typeof findingFormats)[number];

/** The findings in one of the formats that people and CI systems read, beside the JSON of the whole answer; ends with a newline unless it is empty. */
export function renderFindings(
  format: Exclude<FindingFormat, 'json'>,
  findings: readonly Finding[],
  options: RenderOptions = {},
): string {
  switch (format) {
    case 'text':
      return findingsAsText(findings);
    case 'github':
      return githubAnnotations(findings);
    case 'gitlab':
      return gitlabCodeQuality(findings, options);
    case 'junit':
      return junitReport(findings);
    case 'sarif':
      return sarifLog(findings, options);
  }
}
