import { codeOf, type Finding, subjectOf } from '../../findings/types.ts';
import { oneLine, visible } from '../../visible.ts';

/**
 * A JUnit report: a test case for each finding, failed where it is an error; warnings and notes pass and say so in
 * their output. Without findings there is one case that passed, for readers that take an empty suite for a broken one.
 */
export function junitReport(findings: readonly Finding[]): string {
  const failures = findings.filter((finding) => finding.level === 'error').length;
  const cases =
    findings.length > 0 ? findings.map(testCase) : ['    <testcase classname="git-realm" name="check"/>\n'];
  const counts = `tests="${cases.length}" failures="${failures}" errors="0"`;
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<testsuites name="git realm check" ${counts}>\n` +
    `  <testsuite name="git realm check" ${counts} skipped="0">\n${cases.join('')}  </testsuite>\n</testsuites>\n`
  );
}

function testCase(finding: Finding): string {
  const { level, message, hint, path, line } = finding;
  const where =
    path === undefined ? '' : ` file="${escaped(path)}"${line === undefined ? '' : ` line="${line}"`}`;
  const place = path === undefined ? '' : `${oneLine(path)}${line === undefined ? '' : `:${line}`}\n`;
  const said = hint === undefined ? '' : `\nhint: ${oneLine(hint)}`;
  const body = escaped(`${place}${oneLine(message)}${said}`);
  const outcome =
    level === 'error'
      ? `<failure type="${escaped(codeOf(finding))}" message="${escaped(message)}">${body}</failure>`
      : `<system-out>${level}: ${body}</system-out>`;
  const names = `classname="${escaped(subjectOf(finding))}" name="${escaped(codeOf(finding))}"`;
  return `    <testcase ${names}${where}>${outcome}</testcase>\n`;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text for XML 1.0, which has no place for most control characters, lone surrogates, U+FFFE and U+FFFF. */
const escaped = (text: string): string =>
  visible(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (char) => entities[char] ?? char)
    .replace(/[\n\r\t]/g, (char) => `&#${char.charCodeAt(0)};`);
