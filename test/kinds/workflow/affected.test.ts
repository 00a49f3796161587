import t from 'tap';
import { detectorNamed } from '../../../lib/detect/index.ts';
import type { Extraction } from '../../../lib/detect/types.ts';
import { usesIn } from '../../../lib/kinds/uses.ts';
import { workflow } from '../../../lib/kinds/workflow/index.ts';

const extract = (reader: string, path: string, text: string): Promise<Extraction> =>
  detectorNamed(reader).extract([{ path, bytes: Buffer.from(text) }], {});

/** What a change of a file means for a caller: `yes` where it goes on. */
async function impact(path: string, old: string, now: string, caller: string, moved = path): Promise<string> {
  const [before, after, uses] = await Promise.all([
    extract('workflow', path, old),
    extract('workflow', moved, now),
    extract('workflow-uses', 'ci.yml', caller),
  ]);
  const answers = (await workflow.affected?.(before, after, usesIn(uses.parts))) ?? [];
  return answers
    .map((answer) =>
      answer.answer === 'no'
        ? answer.missing.map(({ at = '', why, rule }) => `${at} ${why} ${rule}`).join('; ')
        : answer.answer === 'unknown'
          ? `unknown: ${answer.why}`
          : 'yes',
    )
    .join('\n');
}

const called = (declared: string, jobs = '{}'): string =>
  `{ on: { workflow_call: ${declared} }, jobs: ${jobs} }`;
const call = (more: string): string =>
  `jobs:\n  a:\n    uses: acme/ci/.github/workflows/b.yml@v1\n${more}  c:\n    needs: a\n    steps: [{ run: "\${{ needs.a.outputs.v }}" }]\n`;
const file = '.github/workflows/b.yml';
const outputs = 'outputs: { v: {}, w: {} }';

t.test('a change of a workflow, for one caller', async (t) => {
  const was = called(`{ inputs: { n: { type: string } }, ${outputs} }`);
  const of = (now: string, more: string, old = was) => impact(file, old, now, call(more));
  const passing = '    with: { n: x }\n';
  t.match(
    await of(called(`{ ${outputs} }`), passing),
    /^ci\.yml:4 passes input 'n', which is not declared, in acme\/ci.*@v1 workflow\/input-removed$/,
  );
  t.equal(await of(called(`{ ${outputs} }`), ''), 'yes', 'it does not pass it');
  t.match(await of(called('{ outputs: { w: {} } }'), ''), /^ci\.yml:6 reads output 'v'/);
  t.equal(await of(called('{ outputs: { v: {} } }'), ''), 'yes', 'another output');
  const fallback = called(`{ inputs: { n: { type: string, default: y } }, ${outputs} }`);
  t.match(await of(fallback, ''), /^unknown: input 'n': where it is not passed/);
  t.equal(await of(fallback, passing), 'yes', 'it passes it');
  const secret = called(`{ secrets: { t: { required: true } }, ${outputs} }`);
  t.match(
    await of(secret, '    secrets: { u: x }\n', called(`{ secrets: { u: {} }, ${outputs} }`)),
    /secret 'u'.*; .*does not pass secret 't'/,
  );
  t.match(
    await of(secret, '    secrets: inherit\n', called(`{ ${outputs} }`)),
    /^unknown: it inherits secrets/,
  );
  const token = called(`{ ${outputs} }`, '{ j: { permissions: { id-token: write } } }');
  t.match(await of(token, '', called(`{ ${outputs} }`)), /does not grant permission 'id-token: write'/);
  t.equal(await of(token, '    permissions: write-all\n', called(`{ ${outputs} }`)), 'yes');
  const issues = called(`{ ${outputs} }`, '{ j: { permissions: { issues: read } } }');
  t.match(
    await of(issues, '', called(`{ ${outputs} }`)),
    /^unknown: it grants what its repository's setting/,
  );
  t.equal(
    await impact(file, was, called('{}'), call('').replace('b.yml', 'd.yml')),
    'yes',
    'another workflow',
  );
  t.match(
    await impact(file, was, was, call(''), '.github/workflows/e.yml'),
    /calls .*: '.*b\.yml' is now '.*e\.yml' workflow\/moved/,
  );
});

t.test('a change of an action, for one step', async (t) => {
  const step = (runner: string): string =>
    `jobs:\n  a:\n    runs-on: ${runner}\n    steps:\n      - uses: acme/ci/setup@v1\n        with: { n: 1 }\n`;
  const action = (using: string): string => `{ inputs: { n: {} }, runs: { using: ${using} } }`;
  const of = (runner: string, now: string) => impact('setup/action.yml', action('node20'), now, step(runner));
  t.equal(await of('ubuntu-latest', action('docker')), 'yes', 'on Linux');
  t.match(
    await of('windows-2022', action('docker')),
    /runs on windows-2022, and an action of Docker only on Linux/,
  );
  t.match(await of('self-hosted', action('docker')), /^unknown: runs\.using/);
  t.match(await of('ubuntu-latest', action('node24')), /^unknown: runs\.using: node20 became node24/);
  t.match(await of('x', '{ runs: { using: node20 } }'), /^ci\.yml:6 passes input 'n'/);
});
