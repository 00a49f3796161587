import type { ChangeLevel } from '../../compat/types.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Rule } from '../rule.ts';

const [B, U, C, N] = ['breaking', 'unknown', 'compatible', 'none'] as const;

function rule(
  id: string,
  level: ChangeLevel,
  why: string,
  [old, now]: [JsonValue, JsonValue],
  reference = 'GitHub Docs, Workflow syntax, on.workflow_call',
): Rule {
  return { id: `workflow/${id}`, level, why, example: { old, new: now }, reference };
}

const called = (declared: JsonObject): JsonValue => ({ on: { workflow_call: declared }, jobs: {} });
const inputs = (old: JsonObject, now: JsonObject): [JsonValue, JsonValue] => [
  called({ inputs: old }),
  called({ inputs: now }),
];
const spec = (old: JsonObject, now: JsonObject): [JsonValue, JsonValue] => [
  { spec: { inputs: { a: { default: 'x', ...old } } } },
  { spec: { inputs: { a: { default: 'x', ...now } } } },
];
const jobs = (old: JsonObject, now: JsonObject): [JsonValue, JsonValue] => [
  { on: 'workflow_call', jobs: { a: { permissions: old } } },
  { on: 'workflow_call', jobs: { a: { permissions: now } } },
];
const runs = (old: string, now: string): [JsonValue, JsonValue] => [
  { runs: { using: old } },
  { runs: { using: now } },
];
const text: JsonObject = { type: 'string' };
const GITLAB = 'GitLab Docs, CI/CD YAML syntax, spec:inputs';
const TOKEN = 'GitHub Docs, Reuse workflows, access and permissions';
const ACTION = 'GitHub Docs, Metadata syntax, runs.using';

/** What can change in what callers see of a workflow, an action or a component. */
export const rules: readonly Rule[] = [
  rule(
    'input-removed',
    B,
    'Callers that pass it are refused, or what they pass is ignored.',
    inputs({ a: text, b: text }, { a: text }),
  ),
  rule('input-added', C, 'Callers need not pass it.', inputs({ a: text }, { a: text, b: text })),
  rule(
    'required-input-added',
    B,
    'No caller passes it yet.',
    inputs({}, { a: { type: 'string', required: true } }),
  ),
  rule(
    'input-became-required',
    B,
    'Callers that omitted it are refused.',
    inputs({ a: text }, { a: { type: 'string', required: true } }),
  ),
  rule(
    'input-became-optional',
    C,
    'All callers pass it.',
    inputs({ a: { type: 'string', required: true } }, { a: text }),
  ),
  rule(
    'input-default-changed',
    U,
    'Callers that omit it get something else.',
    inputs({ a: { type: 'string', default: '1' } }, { a: { type: 'string', default: '2' } }),
  ),
  rule(
    'input-type-changed',
    B,
    'What callers pass has the wrong type.',
    inputs({ a: { type: 'string', required: true } }, { a: { type: 'number', required: true } }),
  ),
  rule(
    'input-type-widened',
    C,
    'A number or a boolean is taken for a text.',
    inputs({ a: { type: 'number', required: true } }, { a: { type: 'string', required: true } }),
  ),
  rule(
    'input-option-removed',
    B,
    'Callers that pass it are refused.',
    spec({ options: ['x', 'y'] }, { options: ['x'] }),
    GITLAB,
  ),
  rule(
    'input-option-added',
    C,
    'All values that were accepted still are.',
    spec({ options: ['x'] }, { options: ['x', 'y'] }),
    GITLAB,
  ),
  rule('input-options-added', B, 'Any value was accepted before.', spec({}, { options: ['x'] }), GITLAB),
  rule('input-options-removed', C, 'Any value is accepted now.', spec({ options: ['x'] }, {}), GITLAB),
  rule(
    'input-pattern-added',
    U,
    'A value that callers pass may not match it.',
    spec({}, { regex: '^x' }),
    GITLAB,
  ),
  rule(
    'input-pattern-changed',
    U,
    'A value that callers pass may not match it.',
    spec({ regex: '^x' }, { regex: 'x$' }),
    GITLAB,
  ),
  rule('input-pattern-removed', C, 'Any value is accepted now.', spec({ regex: '^x' }, {}), GITLAB),
  rule('secret-removed', B, 'Callers that pass it are refused.', [
    called({ secrets: { t: {} } }),
    called({}),
  ]),
  rule('secret-added', C, 'Callers need not pass it.', [called({}), called({ secrets: { t: {} } })]),
  rule('required-secret-added', B, 'No caller passes it yet.', [
    called({}),
    called({ secrets: { t: { required: true } } }),
  ]),
  rule('secret-became-required', B, 'Callers that omitted it are refused.', [
    called({ secrets: { t: {} } }),
    called({ secrets: { t: { required: true } } }),
  ]),
  rule('secret-became-optional', C, 'All callers pass it.', [
    called({ secrets: { t: { required: true } } }),
    called({ secrets: { t: {} } }),
  ]),
  rule('output-removed', B, 'Callers that read it get an empty text.', [
    called({ outputs: { v: { value: 'x' } } }),
    called({}),
  ]),
  rule('output-added', C, 'No caller reads it yet.', [
    called({}),
    called({ outputs: { v: { value: 'x' } } }),
  ]),
  rule(
    'permission-required',
    B,
    'A called workflow cannot have more than its caller grants: the run does not start.',
    jobs({ contents: 'read' }, { contents: 'write' }),
    TOKEN,
  ),
  rule(
    'permission-no-longer-required',
    C,
    'Callers may grant more than is needed.',
    jobs({ contents: 'write' }, { contents: 'read' }),
    TOKEN,
  ),
  rule(
    'runtime-changed',
    U,
    'The runner must have it, and the declaration does not say what runs.',
    runs('node16', 'node20'),
    ACTION,
  ),
  rule('runtime-became-docker', B, 'Actions of Docker run on Linux only.', runs('node20', 'docker'), ACTION),
  rule('form-changed', B, 'Callers name it in another way.', [called({}), { runs: { using: 'composite' } }]),
  rule('moved', B, 'Callers name the file.', [
    {
      'x-realm': { kind: 'workflow' },
      form: 'workflow',
      path: '.github/workflows/a.yml',
      inputs: [],
      secrets: [],
      outputs: [],
      permissions: {},
      runtime: null,
    },
    {
      'x-realm': { kind: 'workflow' },
      form: 'workflow',
      path: '.github/workflows/b.yml',
      inputs: [],
      secrets: [],
      outputs: [],
      permissions: {},
      runtime: null,
    },
  ]),
  rule(
    'deprecation-changed',
    N,
    'It is deprecated, or no longer deprecated.',
    inputs({ a: text }, { a: { type: 'string', deprecationMessage: 'use b' } }),
  ),
];
