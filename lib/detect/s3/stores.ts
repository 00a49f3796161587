import type { Evaluator, Maker } from '../evaluate/evaluator.ts';
import { calleeName } from '../evaluate/scopes.ts';
import { type Env, type Located, unknown, type Value } from '../evaluate/values.ts';
import type { Call, Expr, Module } from '../syntax/ir.ts';
import type { Access } from './operations.ts';
import { parseAddress, type Request } from './request.ts';
import { spelled } from './things.ts';

/** Makes stores that know their bucket: object_store and obstore, and the buckets of the crate rust-s3. */
export const storeThings: Maker = (call, at, e) => {
  const { callee, args } = call;
  const name = calleeName(call);
  const store = (buckets: Value[]): Value[] => [
    { t: 'thing', type: 's3-store', props: new Map([['bucket', buckets]]) },
  ];
  const value = (expr: Expr): Value[] => e.evaluate({ ...at, expr });
  if (at.module.language === 'rust') {
    const [first] = args;
    if (callee.kind !== 'member') return undefined;
    if (/^new(?:_with_path_style|_public)?$/.test(name) && /(?:^|\.)Bucket$/.test(spelled(callee.object)))
      return first ? store(value(first.value)) : undefined;
    if (name !== 'build') return undefined;
    const steps = stepsOf(callee.object);
    if (!steps.root.includes('AmazonS3Builder')) return undefined;
    const bucket = steps.args.get('with_bucket_name');
    if (bucket) return store(value(bucket));
    const url = steps.args.get('with_url');
    return store(
      url ? bucketsIn({ ...at, expr: url }, e) : [unknown('the bucket is set elsewhere', 'bucket')],
    );
  }
  if (name === 'OpenBucket' && at.module.language === 'go') {
    const url = args.at(-1);
    const known = url ? e.texts({ ...at, expr: url.value }) : [];
    // the address names the bucket; what follows are the driver's options
    return store(
      known.map((pieces): Value => {
        const { bucket = [] } = parseAddress(pieces, false) ?? {};
        return {
          t: 'text',
          parts: bucket.map((piece) => (typeof piece === 'string' ? piece.replace(/\?.*$/, '') : piece)),
        };
      }),
    );
  }
  const isObstore = at.module.imports.some(({ from }) => /^obstore\b/.test(from));
  if (name !== 'S3Store' || at.module.language !== 'python' || !isObstore) return undefined;
  const bucket = args.find((arg) => arg.name === 'bucket') ?? args.find((arg) => arg.name === undefined);
  return store(bucket ? value(bucket.value) : [unknown('the bucket is set elsewhere', 'bucket')]);
};

const bucketsIn = (url: Located, e: Evaluator): Value[] =>
  e.texts(url).map((pieces): Value => ({ t: 'text', parts: parseAddress(pieces, true)?.bucket ?? [] }));

function stepsOf(chain: Expr): { root: string; args: Map<string, Expr> } {
  const args = new Map<string, Expr>();
  let here = chain;
  while (here.kind === 'call' && here.callee.kind === 'member') {
    const [first] = here.args;
    if (first) args.set(here.callee.name, first.value);
    here = here.callee.object;
  }
  return { root: `${spelled(chain)} ${spelled(here)}`, args };
}

const methods: [RegExp, Access | 'copy' | 'list'][] = [
  [
    /^(?:get|head|exists)(?:_(?:opts|ranges?|object\w*|async|with_\w+))?$|^presign_get$|^object_exists$/,
    'read',
  ],
  [
    /^(?:put|delete|append)(?:_(?:opts|object\w*|multipart\w*|async|with_\w+))?$|^presign_(?:put|post|delete)$/,
    'write',
  ],
  [/^(?:copy|rename)(?:_if_not_exists|_async|_object_internal)?$/, 'copy'],
  [/^list(?:_with_\w+|_page|_async)?$/, 'list'],
  // Go's blob buckets
  [/^(?:ReadAll|New(?:Range)?Reader|Exists|Attributes|Download|SignedURL)$/, 'read'],
  [/^(?:WriteAll|NewWriter|Upload|Delete)$/, 'write'],
  [/^Copy$/, 'copy'],
  [/^List(?:Page)?$/, 'list'],
];

/** What a call on such a store asks of S3. One whose making is not seen is a store by its name, of a bucket not known. */
export function storeRequests(call: Call, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  const { callee } = call;
  const name = calleeName(call);
  const rule = methods.find(([shape]) => shape.test(name))?.[1];
  if (!rule || callee.kind !== 'member') return [];
  const library = storeLibrary(module);
  const at = (expr: Expr): Located => ({ expr, env, module });
  // obstore: a function of the store, or its method
  const free = callee.object.kind === 'name' && /^obs(?:tore)?$/.test(callee.object.name);
  const [owner, args] = free
    ? [call.args[0]?.value, call.args.slice(1)]
    : ([callee.object, call.args] as const);
  if (!owner) return [];
  const buckets = storeBuckets(owner, at, e);
  if (!buckets) return [];
  const [first, second] = module.language === 'go' && rule !== 'list' ? args.slice(1) : args;
  const request = (access: Access, key: Expr | undefined): Request => ({
    access,
    bucketValues: buckets,
    key: key && at(key),
    at: at(call),
    how: `${spelled(owner).split('.').at(-1)}.${name}(…)`,
  });
  if (rule === 'list') {
    const { key: given, ...rest } = request('read', first?.value);
    const prefix = given && (e.entry(given, 'Prefix') ?? given);
    const whole = !prefix || e.evaluate(prefix).every((value) => value.t === 'null');
    return [{ ...rest, prefix: whole ? 'all' : prefix, folder: library?.from !== 's3' }];
  }
  if (rule !== 'copy') return [request(rule, first?.value)];
  return [request('read', first?.value), request('write', second?.value)];
}

const storeLibrary = (module: Module) =>
  module.imports.find(({ from }) => /^(?:object_store|obstore|s3)(?:::|\.|$)|^gocloud\.dev\/blob/.test(from));

/** Whether a module has only stores of object_store that are not on S3: files, memory, other vendors. */
const isElsewhere = ({ imports }: Module): boolean =>
  imports.some(({ from, member = '' }) =>
    /^object_store\b.*\b(?:local|memory|gcp|azure)\b/.test(`${from}::${member}`),
  ) && !imports.some(({ from, member = '' }) => /\baws\b/.test(`${from}::${member}`));

/** The buckets of such a store; undefined where an expression is not one, by what it is or by its name. */
export function storeBuckets(given: Expr, at: (expr: Expr) => Located, e: Evaluator): Value[] | undefined {
  const isCopy = given.kind === 'call' && given.callee.kind === 'member' && given.callee.name === 'clone';
  const owner = isCopy && given.callee.kind === 'member' ? given.callee.object : given;
  const store = e.evaluate(at(owner)).find((value) => value.t === 'thing' && value.type === 's3-store');
  if (store?.t === 'thing') return store.props.get('bucket') ?? [];
  const { module } = at(owner);
  const isNamed =
    storeLibrary(module) && !isElsewhere(module) && /store|bucket|storage/i.test(spelled(owner));
  return isNamed ? [unknown('the store is not created in the source files', 'bucket')] : undefined;
}
