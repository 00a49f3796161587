import type { Evaluator } from '../evaluate/evaluator.ts';
import { type Hole, joinParts, type Located, MOST, partsOf, text, type Value } from '../evaluate/values.ts';
import type { Call, Expr, Module } from '../syntax/ir.ts';
import { type Access, lists, operationAccess } from './operations.ts';
import { parseAddress, type Request } from './request.ts';

type Pieces = (string | Hole)[];

/** Stands for an unknown piece while a text is searched. */
const MARK = '\u{F0000}';

/** Addresses inside a longer text that a call is given: `aws s3 cp …` and the files named in SQL. */
export function textRequests(call: Call, at: (expr: Expr) => Located, e: Evaluator): Request[] {
  const found: Request[] = [];
  for (const arg of call.args) {
    const located = at(arg.value);
    if (arg.value.kind === 'list') {
      for (const { words, handed } of commandLists(located, e))
        found.push(...commandRequests(words, at(call), handed));
      continue;
    }
    if (arg.value.kind === 'map' || arg.value.kind === 'function' || arg.value.kind === 'literal') continue;
    for (const pieces of e.texts(located)) found.push(...requestsInText(pieces, at(call), e));
  }
  return found;
}

/** Every command that words with several meanings may come to, as long as there are not too many of them. */
export function ways(words: readonly (readonly Pieces[])[]): Pieces[][] {
  let found: Pieces[][] = [[]];
  for (const given of words) {
    const isMuch = found.length * given.length > MOST;
    const options: readonly Pieces[] = isMuch
      ? [[{ why: 'too many alternatives', label: 'argument' }]]
      : given;
    found = found.flatMap((before) =>
      (options.length > 0 ? options : [[]]).map((option) => [...before, option]),
    );
  }
  return found;
}

/** Commands whose words are given as a list, which may have been made before: `run(['aws', 's3', …])`, `run(command)`. */
export function listRequests(call: Call, at: (expr: Expr) => Located, e: Evaluator): Request[] {
  return call.args
    .filter(({ value }) => /^(?:list|name|member|binary)$/.test(value.kind))
    .flatMap(({ value }) => commandLists(at(value), e))
    .flatMap(({ words, handed }) => commandRequests(words, at(call), handed));
}

interface Command {
  words: Pieces[];
  /** Where a word is a parameter, the place where it is handed in. */
  handed: (Located | undefined)[];
}

function commandLists(at: Located, e: Evaluator): Command[] {
  return e.evaluate(at).flatMap((value) => {
    if (value.t !== 'list' || value.open) return [];
    const { line, at: offset } = at.expr;
    const whole: Located = { ...at, expr: { kind: 'placed', value, line, at: offset } };
    const items = e.elements(whole);
    const handed = items.map((item) => {
      const origin = e.origin(item);
      return origin === item ? undefined : origin;
    });
    return ways(items.map((item) => e.texts(item))).map((words) => ({ words, handed }));
  });
}

/** What the commands and queries in one text ask of S3. */
export function requestsInText(given: readonly (string | Hole)[], at: Located, e: Evaluator): Request[] {
  const known = given.map((piece) => (typeof piece === 'string' ? piece : '')).join('');
  const script = /\baws\s+s3(?:api)?\s/.test(known);
  if (!script && !/s3[an]?:\/\//.test(known)) return [];
  const pieces = script ? withVariables(given, at.module, e) : given;
  const holes: Hole[] = [];
  const mark = (hole: Hole): string => `${MARK}${holes.push(hole) - 1}${MARK}`;
  const whole = pieces.map((piece) => (typeof piece === 'string' ? piece : mark(piece))).join('');
  // $(date +%F): whatever a command prints
  const text = script
    ? whole.replace(/\$\([^()]*\)|`[^`]*`/g, (label) => mark({ why: 'the output of a command', label }))
    : whole;
  const restored = (part: string): Pieces =>
    part.split(MARK).flatMap((piece, i): Pieces => {
      if (i % 2 === 1) return [holes[Number(piece)] ?? piece];
      return piece === '' ? [] : [piece];
    });
  const commands = [...text.matchAll(/(?:^|[\s;&|])aws\s+(s3|s3api)\s+((?:[^;&|\n\\]|\\\n|\\.)*)/g)];
  if (commands.length === 0) return queryRequests(text, restored, at, e);
  return commands.flatMap(([, program = '', rest = '']) => {
    const words = ['aws', program, ...rest.split(/[\s\\]+/)].map((word) =>
      restored(word.replace(/^["']|["']$/g, '')),
    );
    return commandRequests(words, at);
  });
}

/** `aws s3 cp <from> <to>` and its kin, as words. */
export function commandRequests(
  words: readonly Pieces[],
  at: Located,
  handed: readonly (Located | undefined)[] = [],
): Request[] {
  const plain = words.map((word) => (word.length === 1 && typeof word[0] === 'string' ? word[0] : ''));
  const start = plain.findIndex((word, i) => /^s3(?:api)?$/.test(word) && isProgram(plain, i)) - 1;
  if (start < 0) return [];
  if (plain[start + 1] === 's3api') return apiRequests(words.slice(start + 2), at);
  const verb = plain[start + 2] ?? '';
  const recursive = verb === 'sync' || verb === 'ls' || plain.includes('--recursive');
  const operands: { word: Pieces; from: Located | undefined }[] = [];
  for (let i = start + 3; i < words.length; i++) {
    const word = words[i];
    if (!word) continue;
    if (/^-./.test(plain[i] ?? '')) {
      const [next] = words[i + 1] ?? [];
      const isAddress = typeof next === 'string' && /^s3[an]?:\/\//.test(next);
      if (takesValue(plain[i] ?? '') && !isAddress) i++;
    } else operands.push({ word, from: handed[i] });
  }
  const access = (i: number): Access | undefined => {
    if (/^(?:cp|mv|sync)$/.test(verb)) return i === 0 ? 'read' : 'write';
    if (verb === 'ls') return 'read';
    return verb === 'rm' ? 'write' : undefined;
  };
  return operands.flatMap(({ word: operand, from }, i): Request[] => {
    const [head] = operand;
    const remote = typeof head === 'string' && /^s3[an]?:\/\//.test(head);
    const address = remote ? parseAddress(operand, false) : undefined;
    const way = access(i);
    if (!address || !way) return [];
    const last = address.key.at(-1);
    const folder = typeof last === 'string' && last.endsWith('/') ? '*' : '/*';
    const key: Pieces = recursive ? [...address.key, address.key.length === 0 ? '*' : folder] : address.key;
    return [
      { access: way, address: { bucket: address.bucket, key }, at, handed: from, how: `aws s3 ${verb}` },
    ];
  });
}

/** Whether `aws` stands before this word, with nothing but options in between: `aws --profile x s3 cp …`. */
function isProgram(words: readonly string[], i: number): boolean {
  for (let at = i - 1; at >= 0 && i - at < 24; at--) {
    const [word = '', before = ''] = [words[at], words[at - 1]];
    if (/(?:^|\/)aws$/.test(word)) return true;
    if (/^--/.test(word)) continue;
    if (!/^--/.test(before) || !takesValue(before)) return false;
    at--;
  }
  return false;
}

/** Whether an option of `aws` is followed by its value. */
const takesValue = (option: string): boolean =>
  /^--[a-z]/.test(option) &&
  !option.includes('=') &&
  !/^--(?:recursive|only-show-errors|quiet|dryrun|delete|force|debug|summarize|human-readable|size-only|exact-timestamps|(?:ignore|force)-glacier-\w+|follow-symlinks|no-[\w-]+)$/.test(
    option,
  );

/** `aws s3api get-object --bucket b --key k`: the SDK's operations by their own names. */
function apiRequests([verb, ...words]: readonly Pieces[], at: Located): Request[] {
  const operation = typeof verb?.[0] === 'string' ? verb[0].replaceAll('-', '_') : '';
  const access = operationAccess(operation);
  if (!access) return [];
  const flag = (name: string): Value[] | undefined => {
    const i = words.findIndex(
      ([head]) => head === name || (typeof head === 'string' && head.startsWith(`${name}=`)),
    );
    const [head, ...rest] = words[i] ?? [];
    const parts = head === name ? words[i + 1] : [String(head).slice(name.length + 1), ...rest];
    return i < 0 || !parts ? undefined : [{ t: 'text', parts }];
  };
  const how = `aws s3api ${operation.replaceAll('_', '-')}`;
  const bucketValues = flag('--bucket') ?? [];
  const parts = lists(operation) ? partsOf(flag('--prefix')?.[0] ?? text('')) : undefined;
  const keyValues: Value[] = parts ? [{ t: 'text', parts: joinParts(parts, ['*']) }] : (flag('--key') ?? []);
  return [{ access, bucketValues, keyValues, at, how }];
}

/** A script's variables in a text: what the file says they are (`env:`), or pieces that are not known. */
function withVariables(pieces: readonly (string | Hole)[], module: Module, e: Evaluator): Pieces {
  const meaningOf = (name: string): Pieces => {
    for (const map of module.maps) {
      if (!/^(?:env|environment|variables|vars)$/i.test(map.under ?? '')) continue;
      const entry = map.entries.find(({ key }) => key.kind === 'text' && key.value === name);
      const found = entry && e.texts({ expr: entry.value, env: undefined, module })[0];
      if (found) return found;
    }
    return [{ why: `the variable ${name} of a script`, label: name }];
  };
  return joinParts(
    pieces.flatMap((piece): Pieces => {
      if (typeof piece !== 'string')
        return /^(?:env\.)?\w+$/.test(piece.label) ? meaningOf(piece.label.replace('env.', '')) : [piece];
      return piece
        .split(/(\$\{?[A-Za-z_]\w*\}?)/)
        .flatMap((part, i): Pieces => (i % 2 === 1 ? meaningOf(part.replace(/[${}]/g, '')) : [part]));
    }),
  );
}

const query =
  /\b(read_\w+|scan_\w+|\w+_scan|from|copy|into|to|location|unload)\b\s*\(?\s*\[?\s*['"`](s3[an]?:\/\/[^'"`\s]+)/gi;

const LONGEST_QUERY = 50_000;

/** Files that a query reads or writes: `read_parquet('s3://…')`, `COPY t TO 's3://…'`. */
function queryRequests(
  text: string,
  restored: (part: string) => Pieces,
  at: Located,
  e: Evaluator,
): Request[] {
  if (text.length > LONGEST_QUERY) e.leftOut(`the text is longer than ${LONGEST_QUERY} characters`);
  return [...text.slice(0, LONGEST_QUERY).matchAll(query)].flatMap(([, verb = '', uri = '']): Request[] => {
    const address = parseAddress(restored(uri), false);
    if (!address) return [];
    const access: Access = /^(?:to|into|unload)$/i.test(verb) ? 'write' : 'read';
    return [{ access, address, at, how: `${verb.toLowerCase()} in a query` }];
  });
}
