import type { ChangeLevel } from '../../compat/types.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Rule } from '../rule.ts';

const [B, U, C, N] = ['breaking', 'unknown', 'compatible', 'none'] as const;
const IV = 'Terraform Language, Input Variables';
const TC = 'Terraform Language, Type Constraints';
const OV = 'Terraform Language, Output Values';
const PR = 'Terraform Language, Provider Requirements';
const TS = 'Terraform Language, Terraform Settings';

const rule = (
  id: string,
  level: ChangeLevel,
  why: string,
  [old, now]: readonly [JsonValue, JsonValue],
  reference: string,
): Rule => ({ id: `terraform/${id}`, level, why, example: { old, new: now }, reference });

/** A variable with these lines, and one that stays. */
const variable = (...lines: string[]): string =>
  `variable "a" {\n${lines.map((line) => `  ${line}\n`).join('')}}`;
const both = (old: string, now: string): [string, string] => [variable(old), variable(now)];
const other = 'variable "z" {}';
const output = (...lines: string[]): string =>
  `output "o" {\n${['value = local.o', ...lines].map((line) => `  ${line}\n`).join('')}}`;
const provider = (text: string): string =>
  `${other}\nterraform {\n  required_providers {\n    aws = { ${text} }\n  }\n}`;
const version = (text: string): string => `${other}\nterraform { required_version = "${text}" }`;
const at = (path: string): JsonObject => ({
  ...{ 'x-realm': { kind: 'terraform' }, path, variables: [], outputs: [], providers: [], version: null },
});
const condition = (text: string): string => `validation {\n    condition = ${text}\n  }`;

/** What can change in what callers see of a module. */
export const rules: readonly Rule[] = [
  rule('variable-removed', B, 'Callers that set it are refused.', [`${other}\n${variable()}`, other], IV),
  rule('variable-added', C, 'It has a default.', [other, `${other}\n${variable('default = 1')}`], IV),
  rule('required-variable-added', B, 'No caller sets it yet.', [other, `${other}\n${variable()}`], IV),
  rule(
    'variable-became-required',
    B,
    'Callers that omitted it are refused.',
    [variable('default = 1'), variable()],
    IV,
  ),
  rule('variable-became-optional', C, 'All callers set it.', [variable(), variable('default = 1')], IV),
  rule(
    'variable-default-changed',
    U,
    'Callers that omit it get something else.',
    both('default = 1', 'default = 2'),
    IV,
  ),
  rule(
    'variable-type-changed',
    B,
    'A value that was accepted cannot be converted.',
    both('type = string', 'type = number'),
    TC,
  ),
  rule(
    'variable-type-widened',
    C,
    'Every value that was accepted can be converted.',
    both('type = number', 'type = string'),
    TC,
  ),
  rule(
    'variable-type-unread',
    U,
    'One of the two types could not be read.',
    both('type = string', 'type = strings'),
    TC,
  ),
  rule(
    'variable-attribute-removed',
    B,
    'What callers give for it is ignored.',
    both('type = object({ a = string, b = string })', 'type = object({ a = string })'),
    TC,
  ),
  rule(
    'variable-attribute-default-changed',
    U,
    'Callers that do not give it get something else.',
    both('type = object({ a = optional(number, 1) })', 'type = object({ a = optional(number, 2) })'),
    TC,
  ),
  rule(
    'variable-became-not-nullable',
    B,
    'Callers may set it to null.',
    both('type = string', 'nullable = false').map((text) =>
      text.replace('{\n  nullable', '{\n  type = string\n  nullable'),
    ) as [string, string],
    IV,
  ),
  rule(
    'variable-became-nullable',
    C,
    'All values that were accepted still are.',
    both('nullable = false', 'nullable = true'),
    IV,
  ),
  rule(
    'variable-validation-changed',
    U,
    'A value that was accepted may not satisfy it.',
    both('type = string', condition('length(var.a) > 3')).map((text) =>
      text.replace('{\n  validation', '{\n  type = string\n  validation'),
    ) as [string, string],
    IV,
  ),
  rule(
    'variable-validation-removed',
    C,
    'All values that were accepted still are.',
    [variable(condition('var.a > 3')), variable()],
    IV,
  ),
  rule(
    'variable-ephemeral-changed',
    U,
    'It decides which values may be set, and where they may be used.',
    [variable(), variable('ephemeral = true')],
    IV,
  ),
  rule(
    'variable-sensitive-changed',
    N,
    'It decides what is printed.',
    [variable(), variable('sensitive = true')],
    IV,
  ),
  rule('output-removed', B, 'Configurations that read it are refused.', [`${other}\n${output()}`, other], OV),
  rule('output-added', C, 'No caller reads it yet.', [other, `${other}\n${output()}`], OV),
  rule(
    'output-became-sensitive',
    B,
    'Outputs that read it have to be sensitive too.',
    [output(), output('sensitive = true')],
    OV,
  ),
  rule(
    'output-no-longer-sensitive',
    C,
    'It may be read everywhere.',
    [output('sensitive = true'), output()],
    OV,
  ),
  rule(
    'output-became-ephemeral',
    B,
    'It may be read in few places only.',
    [output(), output('ephemeral = true')],
    OV,
  ),
  rule(
    'output-no-longer-ephemeral',
    C,
    'It may be read everywhere.',
    [output('ephemeral = true'), output()],
    OV,
  ),
  rule(
    'output-attribute-removed',
    B,
    'Configurations that read the attribute are refused.',
    ['output "o" { value = { a = 1, b = 2 } }', 'output "o" { value = { a = 1 } }'],
    OV,
  ),
  rule(
    'provider-added',
    U,
    'Callers may have to configure it.',
    [other, provider('source = "hashicorp/aws"')],
    PR,
  ),
  rule(
    'provider-removed',
    C,
    'It is not needed any more.',
    [provider('source = "hashicorp/aws"'), other],
    PR,
  ),
  rule(
    'provider-source-changed',
    B,
    'Callers have the other provider.',
    [provider('source = "hashicorp/aws"'), provider('source = "acme/aws"')],
    PR,
  ),
  rule(
    'provider-version-narrowed',
    B,
    'Callers may have a version that is no longer allowed.',
    [provider('version = ">= 5.0"'), provider('version = ">= 5.3"')],
    PR,
  ),
  rule(
    'provider-version-widened',
    C,
    'All versions that were allowed still are.',
    [provider('version = ">= 5.3"'), provider('version = ">= 5.0"')],
    PR,
  ),
  rule(
    'provider-version-changed',
    U,
    'One of the two constraints could not be read.',
    [provider('version = ">= 5.0"'), provider('version = ">= five"')],
    PR,
  ),
  rule(
    'provider-alias-required',
    B,
    'No caller passes the configuration yet.',
    [
      provider('source = "hashicorp/aws"'),
      provider('source = "hashicorp/aws", configuration_aliases = [aws.east]'),
    ],
    PR,
  ),
  rule(
    'provider-alias-removed',
    B,
    'Callers pass a configuration that is not declared.',
    [provider('configuration_aliases = [aws.east]'), provider('configuration_aliases = []')],
    PR,
  ),
  rule(
    'terraform-version-narrowed',
    B,
    'Callers may have a version that is no longer allowed.',
    [version('>= 1.0'), version('>= 1.5')],
    TS,
  ),
  rule(
    'terraform-version-widened',
    C,
    'All versions that were allowed still are.',
    [version('>= 1.5'), version('>= 1.0')],
    TS,
  ),
  rule(
    'terraform-version-changed',
    U,
    'One of the two constraints could not be read.',
    [version('>= 1.0'), version('new')],
    TS,
  ),
  rule(
    'module-moved',
    B,
    'Callers name the folder.',
    [at('modules/a'), at('modules/b')],
    'Terraform Language, Module Sources',
  ),
];
