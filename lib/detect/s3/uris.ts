import type { Evaluator } from '../evaluate/evaluator.ts';
import { calleeName } from '../evaluate/scopes.ts';
import { type Env, type Located, type partsOf, plain, text } from '../evaluate/values.ts';
import type { Call, Expr, MapExpr, Module } from '../syntax/ir.ts';
import { listRequests, textRequests } from './commands.ts';
import { definedHere } from './defined.ts';
import type { Access } from './operations.ts';
import { parseAddress, type Request } from './request.ts';
import { spelled } from './things.ts';

const reads =
  /^(?:read|scan|load|open(?!_output|_append|Bucket)|get(?!_mapper)|fetch|download|list|ls$|glob|exists|head|stat$|info$|cat$|cat_file|find$|walk$|isfile|isdir|is_file|is_dir|iterdir|du$|size|sizes|from_|parquetfile|parquetdataset|deltatable$|icebergtable$|dataset$|textfile|import|input|stream|iter|checksum|restore|select|genfromtxt|imread|snapshot_download|training_?input|processing_?input|s3_?input|training_?channel)/i;
const writes =
  /^(?:write|unload|to_|save|put|upload|sink|dump|delete|rm$|rm_file|remove|unlink|rmdir|export|store|mkdir|makedirs|touch|pipe|append|output|imsave|persist|insert|push|sync_to|saveas|checkpoint|open_output|open_append|processing_?output|create_dir)/i;
const copies = /^(?:copy|cp|mv|move|rename|sync|copy_file|copyfile|transfer|copyobject)$/i;
const logs =
  /^(?:print|println|printf|debug|info|warn|warning|error|exception|log|trace|critical|fatal|panic|echo|assert\w*|expect|raise|\w*Error|\w*Exception|errorf|infof|debugf|warnf|fatalf)$/i;

/** Words that say which way an address is used where no call does: `output_path`, `INPUT_URI`. */
const inputs = new Set(
  'input in src source from read reader train training test validation val eval dataset datasets model weights pretrained load loader raw fetch download script code template'.split(
    ' ',
  ),
);
const outputs = new Set(
  'output out dst dest destination target sink to write writer save result results upload export logs log archive backup temp tmp'.split(
    ' ',
  ),
);

/** Read or write from a name's words, or undefined where they tell neither or both. */
export function accessFromName(name: string): Access | undefined {
  // SageMaker puts its code there
  if (name === 'code_location') return 'write';
  // what Transcribe listens to
  if (name.endsWith('MediaFileUri')) return 'read';
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .flatMap((word) => (word.length > 4 && word.endsWith('s') ? [word, word.slice(0, -1)] : [word]));
  const reading = words.some((word) => inputs.has(word));
  const writing = words.some((word) => outputs.has(word));
  if (writing && /output|destination|dest|sink|upload|save/i.test(name)) return 'write';
  if (reading === writing) return undefined;
  return reading ? 'read' : 'write';
}

/** Keys of configuration that say which way everything under them goes. */
const sides: [RegExp, Access][] = [
  [/^(?:in|inputs?|sources?|src|readers?|origins?|from)$/i, 'read'],
  [/^(?:out|outputs?|sinks?|destinations?|dests?|dst|targets?|writers?|to)$/i, 'write'],
];

/** Read or write from the nearest key above a map that tells: `sources: { orders: { path: … } }`. */
export function accessAround(map: MapExpr): Access | undefined {
  let here: MapExpr | undefined = map;
  for (let i = 0; here && i < 5; here = here.parent, i++) {
    const { under = '' } = here;
    const side = sides.find(([shape]) => shape.test(under));
    if (side) return side[1];
  }
  return undefined;
}

export const isLog = (call: Call): boolean =>
  logs.test(calleeName(call)) && !/^s3|fs$/i.test(spelled(call.callee));

/** What a call that is given `s3://` addresses, or made on an s3fs file system, does with them. */
export function uriRequests(call: Call, module: Module, env: Env | undefined, e: Evaluator): Request[] {
  const name = e.dotted(call.callee, module)?.split('.').at(-1) ?? calleeName(call);
  if (name === '' || isLog(call) || (call.args.length === 0 && /^get(?:Bucket|Key|Host|Path)$/.test(name)))
    return [];
  const at = (expr: Expr): Located => ({ expr, env, module });
  const chain = spelled(call.callee);
  const owner = call.callee.kind === 'member' ? call.callee.object : undefined;
  if (
    /^(?:getenv|Getenv|LookupEnv|environ|config|var)$/.test(name) ||
    /environ\.get$|config\.get$/.test(chain)
  )
    return [];
  const known = accessOfCall(name, chain);
  // What a caller gives is found where it is given.
  const texts = () => textRequests(call, at, e);
  const lists = startsProgram.test(name) ? listRequests(call, at, e) : [];
  const commands = lists.length > 0 ? lists : env === undefined ? e.uncalled(texts) : texts();
  if (commands.length > 0) return commands;
  if (!known && !copies.test(name)) return hinted(call, at, e);
  // Somebody's own `copy` is read where it says what it does.
  if (!known && call.callee.kind === 'name' && definedHere(call, env, module, e)) return [];
  const onS3fs = owner !== undefined && isS3fs(owner, at, e);
  const how = `${chain.slice(-40)}(…)`;
  const found: Request[] = [];
  const self = owner && !onS3fs && isAddress(owner, at, e) ? owner : undefined;
  const opens = /^s?open/i.test(name);
  if (self && /^r?glob$/.test(name)) return globRequests(call, self, at, e, how);
  if (self)
    found.push({
      access: (opens ? modeOf(call, at, e, 0) : undefined) ?? known ?? 'read',
      uri: at(self),
      at: at(call),
      how,
    });
  const onFilesystem = onS3fs || givenFilesystem(call, at, e);
  const under = prefixes.test(name);
  // what is written stands before the path
  const first = onFilesystem && !onS3fs && known === 'write' ? 1 : 0;
  let seen = 0;
  call.args.forEach((arg, i) => {
    const values = addressesIn(arg.value, at, e, onFilesystem && isPathArgument(name, arg.name, i - first));
    for (const { located, bare } of values) {
      const copied = copies.test(name)
        ? seen++ === 0 && !self && !/^(?:dst|dest|target|to|path2)/.test(arg.name ?? '')
          ? 'read'
          : 'write'
        : undefined;
      const mode = opens ? modeOf(call, at, e, 1) : undefined;
      const access = copied ?? mode ?? known ?? 'read';
      found.push({ access, uri: located, bare, under, at: at(call), how });
      // Athena puts a query's result there, and it is read from there.
      if (access === 'read' && resultPlaces.test(arg.name ?? ''))
        found.push({ access: 'write', uri: located, bare, under, at: at(call), how });
    }
  });
  return found;
}

/** Functions that start a program, or are called as if they did. */
const startsProgram = /^_?(?:run|call|check_|Popen|exec|spawn|system|sh$|shell|command|cmd)/;

const resultPlaces = /^(?:s3_output|s3_staging_dir|output_location|unload_path)$/;

/** An address handed to a function of unknown meaning, under a keyword that tells: `run(output_dir='s3://…')`. */
function hinted(call: Call, at: (expr: Expr) => Located, e: Evaluator): Request[] {
  const found: Request[] = [];
  for (const arg of call.args) {
    const access = arg.name === undefined ? undefined : accessFromName(arg.name);
    if (!access || arg.value.kind === 'map') continue;
    for (const { located } of addressesIn(arg.value, at, e, false))
      found.push({ access, uri: located, at: at(call), how: `${calleeName(call)}(${arg.name}=…)` });
  }
  return found;
}

/** Read or write from the words of a call; undefined where they tell neither. */
export function accessOfCall(name: string, chain: string): Access | undefined {
  // What is done to a text is done to no object.
  if (/^(?:remove_?(?:prefix|suffix)|(?:trim|strip)_?\w*|get_?value)$/i.test(name)) return undefined;
  if (/\.write\w*\./.test(`${chain}.`)) return 'write';
  if (/\.(?:read|readStream|create_dynamic_frame)\b/.test(chain)) return 'read';
  if (writes.test(name)) return 'write';
  return reads.test(name) ? 'read' : undefined;
}

/** s3fs: which argument is the remote path. `get(remote, local)`, `put(local, remote)`. */
function isPathArgument(name: string, keyword: string | undefined, position: number): boolean {
  if (keyword !== undefined)
    return /^(?:r?path[12]?|paths|url(?:path)?|src|dest|source|where|root(?:_path)?|base_dir|path_or_\w+)$/.test(
      keyword,
    );
  if (/^(?:put|put_file|upload)$/.test(name)) return position === 1;
  if (/^(?:copy|cp|mv|move|rename|copy_file)$/.test(name)) return position < 2;
  return position === 0;
}

/** PyArrow and others take the file system beside the path: `read_table('bucket/key', filesystem=fs)`. */
function givenFilesystem(call: Call, at: (expr: Expr) => Located, e: Evaluator): boolean {
  const given = call.args.find((arg) => /^(?:filesystem|fs)$/.test(arg.name ?? ''));
  return given !== undefined && isS3fs(given.value, at, e);
}

/** `(ROOT / batch).glob('*.xml')`: the pattern goes on behind the path. */
function globRequests(
  call: Call,
  self: Expr,
  at: (expr: Expr) => Located,
  e: Evaluator,
  how: string,
): Request[] {
  const shape = call.args[0]?.value;
  const deep = calleeName(call) === 'rglob' ? [[text('*')]] : [];
  const paths = e.joinPaths([e.evaluate(at(self)), ...deep, shape ? e.evaluate(at(shape)) : [text('*')]]);
  return e.piecesOf(paths).flatMap((pieces): Request[] => {
    const address = parseAddress(
      pieces.map((piece) => (typeof piece === 'string' ? piece.replaceAll('**/', '*') : piece)),
      false,
    );
    return address ? [{ access: 'read', address, at: at(call), how }] : [];
  });
}

/** awswrangler: these are about all keys under a prefix. */
const prefixes = /^(?:list_objects|list_directories|delete_objects)$/;

function isS3fs(owner: Expr, at: (expr: Expr) => Located, e: Evaluator): boolean {
  return e.evaluate(at(owner)).some((value) => value.t === 'thing' && value.type === 's3fs');
}

function isAddress(expr: Expr, at: (expr: Expr) => Located, e: Evaluator): boolean {
  return e.texts(at(expr)).some(startsAsAddress);
}

const startsAsAddress = (pieces: ReturnType<typeof partsOf>): boolean =>
  typeof pieces[0] === 'string' && /^s3[an]?:\/\//.test(pieces[0]) && !isSentence(pieces);

/** Whether words follow one another in what is known: a message that begins with an address. */
export const isSentence = (pieces: ReturnType<typeof partsOf>): boolean =>
  pieces.some((piece) => typeof piece === 'string' && /\s[\w'=()]+\s+\w/.test(piece));

/** A file system's path: with a slash in what is known of it, or not known at all. */
const mayBePath = (pieces: ReturnType<typeof partsOf>): boolean =>
  pieces.length > 0 &&
  (pieces.every((piece) => typeof piece !== 'string') ||
    pieces.some((piece) => typeof piece === 'string' && piece.includes('/')));

function addressesIn(
  expr: Expr,
  at: (expr: Expr) => Located,
  e: Evaluator,
  bare: boolean,
): { located: Located; bare: boolean }[] {
  if (expr.kind === 'literal' || expr.kind === 'function' || expr.kind === 'opaque') return [];
  const found: { located: Located; bare: boolean }[] = [];
  // options: { "path": "s3://…" }
  if (expr.kind === 'map')
    for (const { key, value } of expr.entries)
      if (key.kind === 'text' && /^(?:paths?|urls?|uri|location|root)$/i.test(key.value))
        found.push(...addressesIn(value, at, e, false));
  for (const located of e.elements(at(expr))) {
    const texts = e.texts(located);
    if (texts.some(startsAsAddress)) found.push({ located, bare: false });
    else if (bare && texts.some(mayBePath)) found.push({ located, bare: true });
  }
  return found;
}

/** Python's file modes: anything that writes is a write. */
function modeOf(call: Call, at: (expr: Expr) => Located, e: Evaluator, position: number): Access | undefined {
  const arg =
    call.args.find((entry) => entry.name === 'mode') ??
    call.args.filter((entry) => entry.name === undefined)[position];
  const mode = arg ? plain(e.evaluate(at(arg.value))[0]) : undefined;
  if (mode === undefined || mode.length > 4) return undefined;
  return /[wax+]/.test(mode) ? 'write' : 'read';
}
