import type { Context } from '../lib/actions/open/context.ts';
import { type CheckMode, type CheckResult, checkModes, checkRealm } from '../lib/actions/view/check.ts';
import type { CommentPosted, CommentTarget } from '../lib/actions/view/check-comment.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { document } from '../lib/cli/envelope.ts';
import { type FindingFormat, findingFormats, renderFindings } from '../lib/cli/findings.ts';
import { counted } from '../lib/count.ts';
import { Exit, usageError } from '../lib/errors.ts';
import { VERSION } from '../lib/version.ts';
import { oneLine, visibleJson } from '../lib/visible.ts';

const failOns = ['stale', 'broken', 'unproved', 'warning'] as const;

/** `git realm check`: the answer for CI, as an exit status and in the formats that CI systems read. */
export default command({
  name: 'check',
  summary: 'Check exports, imports and the realm itself, locally or in CI',
  args: [{ name: 'contract', summary: 'for --mode compatibility', optional: true, complete: 'contract' }],
  options: [
    { name: 'exports', summary: 'only what this repository exports (--mode exporter)' },
    { name: 'imports', summary: 'only what it imports (--mode importer)' },
    {
      name: 'mode',
      value: '<mode>',
      repeat: true,
      summary:
        'exporter: the code matches the contract; importer: imports are current and covered; contract: the realm is valid; compatibility: between two versions',
      complete: checkModes,
    },
    { name: 'contract', value: '<contract>', summary: 'for --mode compatibility', complete: 'contract' },
    {
      name: 'from',
      value: '<revision>',
      summary: 'start of the range: a realm revision, or a version of the contract',
    },
    { name: 'to', value: '<revision>', summary: 'end of the range (default: now)' },
    {
      name: 'fail-on',
      value: '<state>',
      summary:
        'stale; broken: a stale import is only a warning; unproved: unverified imports fail too; warning: warnings fail too (default: stale, but broken for kinds that are only offered, such as an API)',
      complete: failOns,
    },
    {
      name: 'format',
      value: '<format>',
      summary: 'text, json, github, gitlab, junit or sarif',
      complete: findingFormats,
    },
    {
      name: 'branch',
      value: '<branch>',
      summary: 'the branch that this checkout represents, in CI',
      complete: 'branch',
    },
    {
      name: 'comment',
      summary: 'keep one comment about the findings on the pull request, in CI',
    },
    {
      name: 'pr',
      value: '<number>',
      summary: 'the pull request to comment on (default: the one that the CI job belongs to)',
    },
  ],
  exits: { 1: 'there are findings' },
  examples: [
    { run: 'git realm check --imports --fail-on broken', why: 'in CI of a consumer' },
    { run: 'git realm check --format sarif >realm.sarif', why: 'for code scanning' },
    { run: 'git realm check --comment', why: 'in CI, for a pull request' },
    { run: 'git realm check --mode contract --from HEAD~1', why: "in the realm's own CI" },
  ],
  async run(args, options, invocation) {
    const failOn = options.failOn === undefined ? undefined : oneOf('fail-on', failOns, options.failOn);
    const format = oneOf('format', findingFormats, options.format ?? 'text');
    const modes = modesOf(options);
    const context = contextOf(invocation);
    const target = await targetOf(context, modes, options);
    const checked = await checkRealm(context, {
      modes,
      failOn,
      branch: options.branch,
      from: options.from,
      to: options.to,
      contract: options.contract ?? args.contract,
    });
    const result: CheckResult & { comment?: CommentPosted } =
      target === null ? checked : { ...checked, comment: await target.post(checked) };
    const counts = failOn === 'warning' ? ['error', 'warning'] : ['error'];
    const meaningOf = format === 'sarif' ? await meanings() : undefined;
    const bad = result.findings.some((finding) => counts.includes(finding.level));
    return {
      result,
      exitCode: bad ? Exit.no : Exit.ok,
      text: () => checkText(result, format, meaningOf),
      exact: format !== 'text',
    };
  },
});

function modesOf(options: { mode: readonly string[]; exports: boolean; imports: boolean }): CheckMode[] {
  const asked = options.mode.map((mode) => oneOf('mode', checkModes, mode));
  if (options.exports) asked.push('exporter');
  if (options.imports) asked.push('importer');
  return asked.length > 0 ? [...new Set(asked)] : ['exporter', 'importer'];
}

/** Where `--comment` writes; `null` without it. */
async function targetOf(
  context: Context,
  modes: readonly CheckMode[],
  { comment, pr }: { comment: boolean; pr?: string | undefined },
): Promise<CommentTarget | null> {
  if (!comment && pr === undefined) return null;
  const usage = 'git realm check --comment --pr <number>';
  if (!comment) throw usageError('--pr is for --comment', usage);
  if (!modes.some((mode) => mode === 'exporter' || mode === 'importer'))
    throw usageError('--comment is about exports and imports, which this --mode does not check', usage);
  const { commentTarget } = await import('../lib/actions/view/check-comment.ts');
  return commentTarget(context, pr);
}

function oneOf<const T extends readonly string[]>(option: string, known: T, word: string): T[number] {
  if (known.includes(word)) return word as T[number];
  throw usageError(`--${option} must be one of ${known.join(', ')}, not '${word}'`, 'git realm check -h');
}

/** `2 proved, 1 unproved`: how the imports are known to go with their contracts. */
const proofWords = (proofs: CheckResult['checked']['proofs']): string =>
  (['proved', 'unproved', 'failing'] as const)
    .filter((state) => proofs[state] > 0)
    .map((state) => `${proofs[state]} ${state}`)
    .join(', ');

/** What the rules of the kinds say, for a format that explains its codes. */
async function meanings(): Promise<(code: string) => string | undefined> {
  const { ruleOf } = await import('../lib/kinds/rules.ts');
  return (code) => ruleOf(code)?.why;
}

function checkText(
  result: CheckResult,
  format: FindingFormat,
  meaningOf: ((code: string) => string | undefined) | undefined,
): string {
  if (format === 'json') return visibleJson(document(result));
  const text = renderFindings(format, result.findings, {
    version: VERSION,
    suppressed: result.suppressed,
    ...(meaningOf === undefined ? {} : { meaningOf }),
  });
  if (format !== 'text') return text;
  const { exports, imports, contracts } = result.checked;
  const looked = [
    ...(exports > 0 ? [`${counted(exports, 'export')} checked`] : []),
    ...(imports > 0 ? [`${counted(imports, 'import')} checked: ${proofWords(result.checked.proofs)}`] : []),
    ...(contracts > 0 ? [`${counted(contracts, 'contract')} checked`] : []),
  ];
  const accepted = result.suppressed
    .map(
      (suppressed) => `${oneLine(`accepted: ${suppressed.finding.id}: ${suppressed.suppression.reason}`)}\n`,
    )
    .join('');
  if (result.findings.length > 0) return text + accepted;
  return `${accepted}no findings${looked.length === 0 ? '' : ` (${looked.join(', ')})`}`;
}
