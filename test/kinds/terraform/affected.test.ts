import t from 'tap';
import { detectorNamed } from '../../../lib/detect/index.ts';
import type { Extraction } from '../../../lib/detect/types.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { terraform } from '../../../lib/kinds/terraform/index.ts';
import { usesIn } from '../../../lib/kinds/uses.ts';

const extract = (reader: string, path: string, text: string, options: JsonObject = {}): Promise<Extraction> =>
  detectorNamed(reader).extract([{ path, bytes: Buffer.from(text) }], options);

/** What a change of a module means for a caller: `yes` where it goes on. */
async function impact(
  old: string,
  now: string,
  caller: string,
  moved = 'm',
  options: JsonObject = {},
): Promise<string> {
  const [before, after, uses] = await Promise.all([
    extract('terraform', 'm/main.tf', old),
    extract('terraform', `${moved}/main.tf`, now),
    extract('terraform-calls', 'x.tf', caller, options),
  ]);
  const answers = (await terraform.affected?.(before, after, usesIn(uses.parts))) ?? [];
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

const call = (...lines: string[]): string =>
  `module "c" {\n  source = "acme/p//m"\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
const variable = (...lines: string[]): string =>
  `output "o" { value = 1 }\nvariable "v" {\n${lines.join('\n')}\n}\n`;

t.test('a change of a variable, for one caller', async (t) => {
  const was = variable('type = string', 'default = "x"');
  t.match(
    await impact(was, 'output "o" { value = 1 }\n', call('v = "a"')),
    /^x\.tf:3 sets 'v', which is not declared, in module 'c' .* terraform\/variable-removed$/,
  );
  t.equal(await impact(was, 'output "o" { value = 1 }\n', call()), 'yes', 'it does not set it');
  const number = variable('type = number', 'default = 1');
  t.match(await impact(was, number, call('v = "a"')), /sets 'v' to a text, which is not number/);
  t.equal(await impact(was, number, call('v = "5"')), 'yes', 'a text that is a number');
  t.match(
    await impact(was, number, call('v = local.v')),
    /^unknown: whether 'v' = local\.v is number cannot be read/,
  );
  t.match(await impact(was, variable('type = string'), call()), /does not set 'v', which has no default/);
  t.match(
    await impact(was, variable('type = string', 'default = "y"'), call()),
    /^unknown: variable 'v': where it is not set/,
  );
  t.equal(await impact(was, variable('type = string', 'default = "y"'), call('v = "a"')), 'yes');
  const valid = variable(
    'type = string',
    'default = "x"',
    'validation {\ncondition = var.v != ""\nerror_message = "No."\n}',
  );
  t.match(
    await impact(was, valid, call('v = "a"')),
    /^unknown: whether 'v' satisfies var\.v != "" is not checked/,
  );
  t.equal(await impact(was, valid, call()), 'yes');
  const object = variable('type = object({ a = string, b = optional(number) })');
  const less = variable('type = object({ a = string })');
  t.match(await impact(object, less, call('v = { a = "x", b = 1 }')), /sets 'v\.b', which is not declared/);
  t.equal(await impact(object, less, call('v = { a = "x" }')), 'yes', 'it does not give it');
  t.match(await impact(object, less, call('v = local.v')), /^unknown: variable 'v' → b/);
  t.match(
    await impact(variable('type = string'), variable('type = string', 'nullable = false'), call('v = null')),
    /sets 'v' to null/,
  );
  t.match(
    await impact(was, was, call('v = "a"'), 'n'),
    /calls module 'c' .*: it is now in n terraform\/module-moved/,
  );
  t.equal(
    await impact(was, variable('type = number'), call('v = "a"').replace('//m', '//z')),
    'yes',
    'another module',
  );
});

t.test('a change of outputs, providers and versions', async (t) => {
  const outputs = 'output "a" { value = { x = 1, y = 2 } }\noutput "b" { value = 1 }\n';
  const reads = `${call()}output "z" { value = module.c.a.x }\n`;
  t.match(
    await impact(outputs, 'output "b" { value = 1 }\n', reads),
    /^x\.tf:4 reads output 'a', which is not declared/,
  );
  t.match(
    await impact(outputs, outputs.replace('x = 1, ', ''), reads),
    /^x\.tf:4 reads 'a\.x', which the output does not have/,
  );
  t.equal(await impact(outputs, outputs.replace(', y = 2', ''), reads), 'yes');
  t.equal(await impact(outputs, outputs.replace(/output "b".*\n/, ''), reads), 'yes');
  t.match(
    await impact(
      outputs,
      outputs.replace(/output "b".*\n/, ''),
      `${call()}output "z" { value = module.c }\n`,
    ),
    /^unknown: output 'b'/,
  );
  const state =
    'data "terraform_remote_state" "s" {}\nlocals {\n  a = data.terraform_remote_state.s.outputs.b\n}\n';
  t.match(
    await impact(outputs, outputs.replace(/output "b".*\n/, ''), state, 'm', { state: 's' }),
    /^x\.tf:3 reads output 'b'/,
  );
  const needs = (version: string): string => `${outputs}terraform { required_version = "${version}" }\n`;
  t.match(
    await impact(needs('>= 1.3'), needs('>= 1.5'), call()),
    /^unknown: required_version: >= 1\.3 became >= 1\.5/,
  );
  t.equal(await impact(needs('>= 1.5'), needs('>= 1.3'), call()), 'yes');
});
