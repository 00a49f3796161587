import type { Evaluator, Maker } from '../evaluate/evaluator.ts';
import { calleeName, written } from '../evaluate/scopes.ts';
import {
  type Env,
  joinParts,
  type Located,
  partsOf,
  plain,
  text,
  unknown,
  type Value,
} from '../evaluate/values.ts';
import type { FoundPath } from '../found-paths.ts';
import type { Access } from '../s3/operations.ts';
import { parseAddress } from '../s3/request.ts';
import type { Call, Expr, MapExpr, Module } from '../syntax/ir.ts';
import type { Unresolved } from '../types.ts';

const key = (name: string): string => name.replaceAll('_', '').toLowerCase();

/** Makes CDK buckets, whose name, ARN and objects' ARNs other expressions refer to. */
export const cdkThings: Maker = (call, at, e) => {
  const { callee } = call;
  const name = calleeName(call);
  const here = (expr: Expr): Located => ({ ...at, expr });
  if (callee.kind === 'member' && /^arnforobjects$/.test(key(name))) {
    const [pattern] = call.args;
    return e.evaluate(here(callee.object)).flatMap((owner): Value[] => {
      const arn =
        owner.t === 'thing' && owner.type === 'cdk-bucket'
          ? (owner.props.get('bucket_arn') ?? [])
          : [unknownArn(callee.object)];
      return pattern ? e.joinPaths([arn, e.evaluate(here(pattern.value))]) : e.joinPaths([arn, [text('*')]]);
    });
  }
  const made = key(name);
  const creates = (made === 'bucket' || made === 'cfnbucket') && call.args.length >= 2;
  const imports = /^frombucket(?:name|arn|attributes)$/.test(made);
  if (!creates && !imports) return undefined;
  const given = bucketGiven(call, made, here, e);
  const label = plain(call.args[1] && e.evaluate(here(call.args[1].value))[0]) ?? 'bucket';
  return [bucketThing(given.length > 0 ? given : [bucketsGenerated(label)])];
};

/** The name of a bucket that has none in the code. */
export const bucketsGenerated = (label = 'bucket'): Value =>
  unknown(`the bucket's name is generated at deployment`, label);

/** A bucket of one of these names, with what else other expressions may refer to. */
export function bucketThing(names: Value[]): Value {
  const arns = names.map(
    (value): Value => ({ t: 'text', parts: joinParts(['arn:aws:s3:::'], partsOf(value)) }),
  );
  const props = new Map<string, Value[]>();
  for (const spelling of ['bucket_name', 'bucketName', 'ref', 'bucket', 'id']) props.set(spelling, names);
  for (const spelling of ['bucket_arn', 'bucketArn', 'attrArn', 'attr_arn', 'arn']) props.set(spelling, arns);
  return { t: 'thing', type: 'cdk-bucket', props };
}

function bucketGiven(call: Call, made: string, here: (expr: Expr) => Located, e: Evaluator): Value[] {
  const positional = call.args.filter((arg) => arg.name === undefined).map((arg) => here(arg.value));
  const named = (...names: string[]): Located | undefined => {
    const arg = call.args.find((entry) => names.includes(entry.name ?? ''));
    if (arg) return here(arg.value);
    const props = positional.at(-1);
    for (const name of names) {
      const entry = props && props.expr.kind !== 'name' ? e.entry(props, name) : undefined;
      if (entry) return entry;
    }
    return undefined;
  };
  if (made === 'frombucketname') return valuesOf(named('bucket_name', 'bucketName') ?? positional[2], e);
  const arn =
    made === 'frombucketarn'
      ? (named('bucket_arn', 'bucketArn') ?? positional[2])
      : named('bucket_arn', 'bucketArn');
  if (arn)
    return e
      .texts(arn)
      .map((pieces): Value => ({ t: 'text', parts: parseAddress(pieces, false)?.bucket ?? pieces }));
  // Pulumi calls it 'bucket'
  return valuesOf(named('bucket_name', 'bucketName', 'bucket'), e);
}

/** The ARN of something that must be a bucket, since its objects have ARNs. */
const unknownArn = (owner: Expr): Value => ({
  t: 'text',
  parts: ['arn:aws:s3:::', { why: elsewhere, label: labelOf(owner) }],
});

const elsewhere = 'the bucket is not defined in the source files';

const valuesOf = (at: Located | undefined, e: Evaluator): Value[] => (at ? e.evaluate(at) : []);

const grants: Record<string, Access[]> = {
  grantread: ['read'],
  grantput: ['write'],
  grantwrite: ['write'],
  grantreadwrite: ['read', 'write'],
  grantdelete: [],
  grantpublicaccess: ['read'],
};

/** Whether a call's name is one of CDK's grants on objects. */
export const isGrant = (call: Call): boolean => Object.hasOwn(grants, key(calleeName(call)));

/** Other constructs have grants of the same names: secrets, parameters, tables. */
const otherThings =
  /secret|param|table|queue|topic|key$|repo|stream|cluster|efs|database|\bdb\b|function|fn$/i;

/** `bucket.grant_read(role, 'jobs/*')` and its kin, in any CDK language; and what of a grant is not counted. */
export function grantFindings(
  call: Call,
  module: Module,
  env: Env | undefined,
  e: Evaluator,
): { findings: FoundPath[]; unresolved: Unresolved[] } {
  const { callee } = call;
  const none = { findings: [], unresolved: [] };
  if (callee.kind !== 'member') return none;
  const name = key(callee.name);
  const access = Object.hasOwn(grants, name) ? grants[name] : undefined;
  if (!access) return none;
  const at = (expr: Expr): Located => ({ expr, env, module });
  const owners = e
    .evaluate(at(callee.object))
    .filter((value) => value.t === 'thing')
    .filter(({ type }) => type === 'cdk-bucket');
  const [owner] = owners;
  const label = labelOf(callee.object);
  if (!owner && otherThings.test(label) && !/bucket/i.test(label)) return none;
  const open = (what: string, why: string) => ({
    findings: [],
    unresolved: [{ path: module.path, line: call.line, what: `${callee.name}(…)`, why: `${what}: ${why}` }],
  });
  if (access.length === 0) return open('a grant of deletion only', 'it does not count as writing');
  const bucket = e.piecesOf(owners.flatMap(({ props }) => props.get('bucket_name') ?? []));
  const buckets = bucket.length > 0 ? bucket : [[{ why: elsewhere, label }]];
  const pattern =
    call.args.find((arg) => key(arg.name ?? '').startsWith('objectskeypattern'))?.value ??
    call.args.filter((arg) => arg.name === undefined)[name === 'grantpublicaccess' ? 0 : 1]?.value;
  if (!owner && !pattern && !/bucket|s3|store|storage|data/i.test(label))
    return open('a grant on an unknown resource', `'${label}' is not defined in the source files`);
  const keys = pattern ? e.texts(at(pattern)) : [['*']];
  const line = pattern?.line ?? call.line;
  const how = `${callee.name}(…)`;
  const findings = access.flatMap((way) =>
    buckets.flatMap((name) =>
      keys.map((pieces) => ({ access: way, bucket: name, key: pieces, path: module.path, line, how })),
    ),
  );
  return { findings, unresolved: [] };
}

function labelOf(expr: Expr): string {
  return expr.kind === 'name' || expr.kind === 'member' ? expr.name : 'bucket';
}

const templates: Record<string, Access[]> = {
  S3ReadPolicy: ['read'],
  S3WritePolicy: ['write'],
  S3CrudPolicy: ['read', 'write'],
  S3FullAccessPolicy: ['read', 'write'],
};

/** SAM's policy templates: `S3ReadPolicy: { BucketName: … }` grants the whole bucket. */
export function templateFindings(map: MapExpr, module: Module, e: Evaluator): FoundPath[] {
  const access =
    map.under !== undefined && Object.hasOwn(templates, map.under) ? templates[map.under] : undefined;
  const name = map.entries.find((entry) => entry.key.kind === 'text' && entry.key.value === 'BucketName');
  if (!access || !name) return [];
  const at = { path: module.path, line: name.line, how: `${map.under}` };
  return e
    .texts({ expr: name.value, env: undefined, module })
    .flatMap((bucket) => access.map((way): FoundPath => ({ access: way, bucket, key: ['*'], ...at })));
}

const managed: Record<string, Access[]> = {
  AmazonS3FullAccess: ['read', 'write'],
  AmazonS3ReadOnlyAccess: ['read'],
};

/** AWS's own policies on S3, by name or ARN: they grant every bucket. */
export function managedFindings(module: Module): FoundPath[] {
  const given = [
    ...module.calls.flatMap(({ args }) => args.map(({ value }) => value)),
    ...module.maps.flatMap(({ entries }) => entries.map(({ value }) => value)),
  ];
  const named = given.flatMap((expr) => (expr.kind === 'list' ? expr.items : [expr]));
  return [...module.texts, ...new Set(named.filter(({ kind }) => kind === 'member'))].flatMap(
    (expr): FoundPath[] => {
      const name = managedName(expr);
      const access = name === undefined ? undefined : managed[name];
      if (!access) return [];
      const at = { path: module.path, line: expr.line, how: `the managed policy ${name}` };
      return access.map((way) => ({ access: way, bucket: ['*'], key: ['*'], ...at }));
    },
  );
}

/** One of those policies as a text, or as a member of Pulumi's enumeration of them: `ManagedPolicy.AMAZON_S3_FULL_ACCESS`. */
function managedName(expr: Expr): string | undefined {
  const name =
    expr.kind === 'text'
      ? /^(?:arn:aws[\w-]*:iam::aws:policy\/)?(\w+)$/.exec(expr.value)?.[1]
      : expr.kind === 'member' && /^ManagedPolic(?:y|ies)$/.test(labelOf(expr.object))
        ? expr.name
        : undefined;
  return name === undefined ? undefined : Object.keys(managed).find((known) => key(known) === key(name));
}

/** The text of a value that is nothing but a reference: `${file(iam.yml)}`. */
function unreadText(value: Expr): string | undefined {
  const [only, ...more] = value.kind === 'template' ? value.parts : [value];
  return more.length === 0 && only?.kind === 'opaque' ? only.text : undefined;
}

/** Policies that stand in another file, which is not read for them: Terraform's `file`, serverless' `\${file(…)}`, connectors. */
export function policiesElsewhere(module: Module): Unresolved[] {
  const found: Unresolved[] = [];
  const no = (line: number, what: string, why: string): void => {
    found.push({ path: module.path, line, what, why });
  };
  for (const map of module.maps)
    for (const { key: name, value, line } of map.entries) {
      if (name.kind !== 'text') continue;
      const called = value.kind === 'call' ? calleeName(value) : '';
      if (fileReaders.test(called) && (/policy$/.test(name.value) || namesPolicy(value)))
        no(line, name.value, `a policy in another file (${called}) is not read`);
      else if (
        name.value === 'policy' &&
        /^data\.template_file\.[\w-]+\.rendered$/.test(written(value) ?? '')
      )
        no(line, name.value, 'a policy in another file (template_file) is not read');
      else if (
        /^(?:iamRoleStatements|statements|Statement|PolicyDocument)$/.test(name.value) &&
        unreadText(value) !== undefined
      )
        no(line, name.value, `a policy in an unsupported place: ${unreadText(value)}`);
      else if (name.value === 'Type' && value.kind === 'text' && value.value === 'AWS::Serverless::Connector')
        no(line, 'AWS::Serverless::Connector', 'the grants of a connector are not supported');
    }
  for (const call of module.calls)
    if (
      /^from_?json$/i.test(calleeName(call)) &&
      /\bPolicy(?:Document|Statement)\./.test(written(call.callee) ?? '') &&
      call.args[0]?.value.kind !== 'map'
    )
      no(call.line, `${calleeName(call)}(…)`, 'a policy that is not made here is not read');
  for (const { args } of module.calls)
    for (const { name = '', value } of args) {
      const called = value.kind === 'call' ? calleeName(value) : '';
      if (/policy$/.test(name) && (fileReaders.test(called) || /^read(?:_text)?$/.test(called)))
        no(value.line, name, `a policy in another file (${called}) is not read`);
    }
  return [...found, ...librariesPolicies(module)];
}

/** Whether a call is given the name of a file that is called after a policy: `file("policies/read.json")`. */
const namesPolicy = (expr: Expr): boolean =>
  expr.kind === 'call' &&
  expr.args.some(({ value }) => textsIn(value).some((text) => /polic(?:y|ies)\b|\biam\b/i.test(text)));

const textsIn = (expr: Expr): string[] =>
  expr.kind === 'text' ? [expr.value] : expr.kind === 'template' ? expr.parts.flatMap(textsIn) : [];

const fileReaders = /^(?:templatefile|file|readFile(?:Sync)?)$/;

/** Classes of other libraries that are called after a policy for S3: what they grant is not read. */
function librariesPolicies({ path, calls, imports }: Module): Unresolved[] {
  return calls.flatMap((call): Unresolved[] => {
    const name = calleeName(call);
    const root = rootOf(call.callee);
    const isOthers = imports.some(
      ({ local, from }) => local === root && !/^[./]|^@?aws[-_]cdk|^@?pulumi|^troposphere|^awacs/.test(from),
    );
    if (!isOthers || !/(?:S3|Bucket)\w*(?:Policy|Policies|Grants?)$|(?:Policy|Grant)\w*S3/i.test(name))
      return [];
    return [{ path, line: call.line, what: `${name}(…)`, why: 'a policy of another library is not read' }];
  });
}

function rootOf(expr: Expr): string {
  if (expr.kind === 'member') return rootOf(expr.object);
  return expr.kind === 'name' ? expr.name : '';
}
