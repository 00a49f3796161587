import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';

/** `workflow`: GitHub's `on: workflow_call`. `action`: GitHub's `action.yml`. `component`: GitLab's `spec: inputs`. */
type Form = 'workflow' | 'action' | 'component';

export interface Input {
  name: string;
  /** `string`, `number`, `boolean`; of a component `array` too. */
  type: string;
  /** Callers have to pass it. */
  required: boolean;
  /** What it is where it is not passed. */
  default: JsonValue;
  options: readonly JsonValue[] | null;
  pattern: string | null;
  deprecated: boolean;
  pointer: string;
}

export interface Named {
  name: string;
  pointer: string;
}

export type Access = 'read' | 'write';

/** What callers see of a workflow, an action or a component. */
export interface Interface {
  form: Form;
  /** Of the file in the provider's repository; empty where that is not known. */
  path: string;
  inputs: readonly Input[];
  secrets: readonly (Named & { required: boolean })[];
  outputs: readonly Named[];
  /** What the token of the caller must be allowed, by scope. */
  permissions: ReadonlyMap<string, { access: Access; pointer: string }>;
  /** `runs.using` of an action. */
  runtime: string | null;
}

/** What a permission may be about (GitHub Docs, "Workflow syntax", `permissions`). */
const scopes = [
  ...['actions', 'attestations', 'checks', 'contents', 'deployments', 'discussions', 'id-token', 'issues'],
  ...['models', 'packages', 'pages', 'pull-requests', 'repository-projects', 'security-events', 'statuses'],
] as const;

/** The form of a document, by its content; `null` where it is none of them. */
export function formOf(document: JsonValue | undefined): Form | null {
  const head = headOf(document);
  if (!isObject(head)) return null;
  if (isObject(head.spec) && 'inputs' in head.spec && !('apiVersion' in head)) return 'component';
  if (isObject(head.runs) && typeof head.runs.using === 'string') return 'action';
  return isObject(head.jobs) && triggersOf(head).some(([name]) => name === 'workflow_call')
    ? 'workflow'
    : null;
}

/** The header of a file of several documents is what a component declares. */
const headOf = (document: JsonValue | undefined): JsonValue | undefined =>
  Array.isArray(document) ? document[0] : document;

/** What a workflow is triggered by. YAML 1.1 reads `on` as true. */
export function triggersOf(document: JsonObject): [string, JsonValue][] {
  const on = document.on ?? document.true ?? null;
  if (typeof on === 'string') return [[on, null]];
  if (Array.isArray(on)) return on.map((name): [string, JsonValue] => [String(name), null]);
  return isObject(on) ? Object.entries(on) : [];
}

/** What a document declares, with pointers into it; a text says why that is not an interface. */
export function interfaceIn(document: JsonValue, path = ''): Interface | string {
  const form = formOf(document);
  const head = headOf(document);
  if (form === null || !isObject(head)) return whyNone(head);
  const before = Array.isArray(document) ? '/0' : '';
  const none = { secrets: [], outputs: [], permissions: new Map(), runtime: null };
  if (form === 'component') {
    const at = `${before}/spec/inputs`;
    const { inputs } = head.spec as JsonObject;
    return { form, path, ...none, inputs: members(inputs, at).map((member) => componentInput(...member)) };
  }
  if (form === 'action') {
    const { using } = head.runs as JsonObject;
    return {
      ...{ form, path, ...none, runtime: String(using) },
      inputs: members(head.inputs, '/inputs').map((member) => actionInput(...member)),
      outputs: members(head.outputs, '/outputs').map(([name, , pointer]) => ({ name, pointer })),
    };
  }
  const [, called] = triggersOf(head).find(([name]) => name === 'workflow_call') ?? [];
  const declared = isObject(called) ? called : {};
  const at = 'on' in head ? '/on/workflow_call' : '/true/workflow_call';
  return {
    ...{ form, path, runtime: null, permissions: permissionsIn(head) },
    inputs: members(declared.inputs, `${at}/inputs`).map((member) => workflowInput(...member)),
    secrets: members(declared.secrets, `${at}/secrets`).map(([name, own, pointer]) => ({
      ...{ name, pointer, required: own.required === true },
    })),
    outputs: members(declared.outputs, `${at}/outputs`).map(([name, , pointer]) => ({ name, pointer })),
  };
}

function whyNone(head: JsonValue | undefined): string {
  if (!isObject(head)) return 'it is not a mapping';
  if (isObject(head.jobs) && ('on' in head || 'true' in head))
    return "it is a workflow that no other one can call: it has no 'workflow_call' trigger";
  return "it is not a reusable workflow, an action or a component: it has no 'on: workflow_call', 'runs.using' or 'spec: inputs'";
}

type Member = [name: string, own: JsonObject, pointer: string];

const members = (value: JsonValue | undefined, at: string): Member[] =>
  Object.entries(isObject(value) ? value : {}).map(([name, own]) => [
    ...([name, isObject(own) ? own : {}, `${at}/${pointerToken(name)}`] as const),
  ]);

const optional = (own: JsonObject) => ({
  options: Array.isArray(own.options) ? own.options : null,
  pattern: typeof own.regex === 'string' ? own.regex : null,
  deprecated: own.deprecationMessage !== undefined,
});

/** Without a default an input is false, 0 or empty (GitHub Docs, `on.workflow_call.inputs.<input_id>.default`). */
function workflowInput(name: string, own: JsonObject, pointer: string): Input {
  const type = typeof own.type === 'string' ? own.type : 'string';
  const zero = type === 'boolean' ? false : type === 'number' ? 0 : '';
  return {
    ...{ name, type, pointer, ...optional(own) },
    ...{ required: own.required === true, default: own.default ?? zero },
  };
}

/** All inputs of an action are texts, and one with a default need not be passed. */
function actionInput(name: string, own: JsonObject, pointer: string): Input {
  const isGiven = own.default !== undefined && own.default !== null;
  return {
    ...{ name, type: 'string', pointer, ...optional(own), options: null, pattern: null },
    ...{ required: own.required === true && !isGiven, default: isGiven ? String(own.default) : '' },
  };
}

/** Inputs of a component are mandatory unless they have a default (GitLab Docs, `spec:inputs`). */
const componentInput = (name: string, own: JsonObject, pointer: string): Input => ({
  ...{ name, type: typeof own.type === 'string' ? own.type : 'string', pointer, ...optional(own) },
  ...{ required: own.default === undefined, default: own.default ?? null },
});

/** What the jobs say they need: a job that says nothing has the permissions of the workflow, or whatever its caller has. */
function permissionsIn(document: JsonObject): Interface['permissions'] {
  const found = new Map<string, { access: Access; pointer: string }>();
  for (const [name, job] of Object.entries(isObject(document.jobs) ? document.jobs : {})) {
    const own = isObject(job) && job.permissions !== undefined;
    const asked = own ? job.permissions : document.permissions;
    const at = own ? `/jobs/${pointerToken(name)}/permissions` : '/permissions';
    for (const [scope, access] of accessIn(asked)) {
      if (access === 'none' || found.get(scope)?.access === 'write') continue;
      if (found.has(scope) && access === 'read') continue;
      const pointer = isObject(asked) ? `${at}/${pointerToken(scope)}` : at;
      found.set(scope, { access, pointer });
    }
  }
  return found;
}

/** What a `permissions` key says, by scope; what it leaves out is none. */
export function accessIn(permissions: JsonValue | undefined): [string, Access | 'none'][] {
  if (permissions === 'read-all')
    return scopes.filter((scope) => scope !== 'id-token').map((scope) => [scope, 'read']);
  if (permissions === 'write-all') return scopes.map((scope) => [scope, 'write']);
  return Object.entries(isObject(permissions) ? permissions : {}).map(([scope, access]) => [
    scope,
    access === 'write' || access === 'read' ? access : 'none',
  ]);
}

/** An interface in the form in which a contract has it. */
export const schemaOf = ({ permissions, ...rest }: Interface): JsonObject => ({
  'x-realm': { kind: 'workflow' },
  ...(rest as unknown as JsonObject),
  permissions: Object.fromEntries(permissions) as unknown as JsonObject,
});

/** Has a contract's schema that form? */
export const isInterface = (schema: JsonValue): schema is JsonObject =>
  isObject(schema) && isObject(schema['x-realm']) && schema['x-realm'].kind === 'workflow';

/** The interface that a contract's schema is, or that a document declares; a text says why it is none. */
export function interfaceOf(schema: JsonValue): Interface | string {
  if (!isInterface(schema)) return interfaceIn(schema);
  const { permissions, ...rest } = schema as unknown as Interface & { permissions: JsonObject };
  return {
    ...rest,
    permissions: new Map(Object.entries(permissions)) as unknown as Interface['permissions'],
  };
}
