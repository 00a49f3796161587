import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { withoutTraces } from '../../yaml-bounds.ts';
import { refuseExcess } from '../limits.ts';
import { Builder } from './build.ts';
import { inlineCode } from './inline-code.ts';
import type { Entry, Expr, Language, Module, Place } from './ir.ts';

const MOST_NODES = 200_000;
const DEEPEST = 200;

/**
 * A YAML or JSON file as maps and lists, CloudFormation's functions worked in: `!Sub`, `Fn::Join`, `Ref` and `GetAtt` of
 * parameters with a default and of buckets with a name. Throws `SyntaxError` where it does not parse.
 */
export function document(path: string, language: Language, text: string): Module {
  refuseExcess(text);
  const b = new Builder(path, language);
  const counter = new LineCounter();
  const parsed = withoutTraces(() =>
    parseAllDocuments(text, {
      lineCounter: counter,
      uniqueKeys: false,
      logLevel: 'silent',
      customTags: functions,
    }),
  );
  const documents = 'empty' in parsed ? [] : [...parsed];
  for (const document of documents) {
    const [error] = document.errors;
    if (error) throw new SyntaxError(error.message.split('\n')[0] ?? error.message);
  }
  // comments are not nodes of their own; only those that speak to us are wanted
  if (language === 'yaml' && text.includes('realm:export'))
    text.split('\n').forEach((row, i) => {
      const comment = /^\s*#.*realm:export.*$/.exec(row);
      if (comment) b.module.comments.push({ text: row, line: i + 1, endLine: i + 1 });
    });
  const targets = new Map<unknown, unknown>();
  for (const document of documents) {
    const reader = new Reader(
      b,
      counter,
      (node) => {
        if (!isAlias(node)) return node;
        // the library looks through the whole document for an anchor, each time
        const target = targets.get(node) ?? node.resolve(document) ?? null;
        targets.set(node, target);
        return target;
      },
      document.contents,
    );
    const value = reader.expr(document.contents, '', 0);
    b.bind('', value, value);
  }
  return b.module;
}

/** CloudFormation's short forms keep their tag; without these, `yaml` warns and drops it. */
const functions = [
  'Sub',
  'Join',
  'Ref',
  'GetAtt',
  'ImportValue',
  'Select',
  'If',
  'FindInMap',
  'Split',
  'Base64',
].flatMap((name) =>
  (['scalar', 'seq', 'map'] as const).map((collection) =>
    collection === 'scalar'
      ? { tag: `!${name}`, resolve: (value: string) => value }
      : { tag: `!${name}`, collection, resolve: (value: unknown) => value },
  ),
);

class Reader {
  private readonly b: Builder;
  private readonly counter: LineCounter;
  private readonly follow: (node: unknown) => unknown;
  private readonly root: unknown;
  private nodes = 0;
  private readonly open = new Set<string>();

  constructor(b: Builder, counter: LineCounter, follow: (node: unknown) => unknown, root: unknown) {
    this.b = b;
    this.counter = counter;
    this.follow = follow;
    this.root = root;
  }

  expr(given: unknown, under: string, depth: number): Expr {
    if (++this.nodes > MOST_NODES || depth > DEEPEST) throw new SyntaxError('too large or too deeply nested');
    const node = this.follow(given);
    const where = this.place(node);
    const tag = tagOf(node);
    if (tag) return this.intrinsic(tag, node, where, depth);
    if (isSeq(node))
      return { kind: 'list', items: node.items.map((item) => this.expr(item, under, depth + 1)), ...where };
    if (isMap(node)) {
      const single = node.items.length === 1 ? keyText(node.items[0]?.key) : undefined;
      if (single === 'Ref' || single?.startsWith('Fn::'))
        return this.intrinsic(single.replace('Fn::', ''), node.items[0]?.value, where, depth);
      const entries: Entry[] = node.items.map((pair) => {
        const key = keyText(pair.key) ?? '';
        const at = this.place(pair.key);
        return {
          key: { kind: 'text', value: key, ...at },
          value: this.expr(pair.value, key, depth + 1),
          ...at,
        };
      });
      const map = this.b.map(where, entries);
      if (under !== '') map.under = under;
      return map;
    }
    const value = isScalar(node) ? node.value : null;
    // Code is kept as it is: its placeholders are its own.
    if (typeof value === 'string' && inlineCode.test(under)) return { kind: 'text', value, ...where };
    if (typeof value === 'string') return this.text(value, where, depth);
    return {
      kind: 'literal',
      value: typeof value === 'number' || typeof value === 'boolean' ? value : null,
      ...where,
    };
  }

  private intrinsic(name: string, given: unknown, where: Place, depth: number): Expr {
    const node = this.follow(given);
    const argument = isScalar(node) ? String(node.value) : undefined;
    if (name === 'Ref' && argument !== undefined) return this.reference(argument, where, depth);
    if (name === 'GetAtt') {
      const path =
        argument ??
        (isSeq(node) ? node.items.map((item) => (isScalar(item) ? String(item.value) : '')).join('.') : '');
      return this.reference(path, where, depth);
    }
    if (name === 'Sub') {
      const [template, variables] = isSeq(node) ? node.items : [node, undefined];
      const text = isScalar(template) ? String(template.value) : '';
      return this.substituted(text, variables, this.place(template), depth);
    }
    if (name === 'Join' && isSeq(node)) {
      const [separator, list] = node.items;
      const items = this.expr(list, '', depth + 1);
      const glue = isScalar(separator) ? String(separator.value) : '';
      if (items.kind !== 'list') return { kind: 'opaque', text: '!Join', ...where };
      const parts = items.items.flatMap((item, i) => (i === 0 ? [item] : [this.b.text(where, glue), item]));
      return this.joined(where, parts);
    }
    if (name === 'If' && isSeq(node)) {
      return {
        kind: 'either',
        options: node.items.slice(1).map((item) => this.expr(item, '', depth + 1)),
        ...where,
      };
    }
    if (name === 'FindInMap' && isSeq(node)) {
      const found = this.inMapping(node.items, depth);
      if (found) return found;
    }
    return { kind: 'opaque', text: `!${name}`, ...where };
  }

  /** A value of `Mappings`, where map and keys are plain or parameters whose values are known: each that it may be. */
  private inMapping(items: readonly unknown[], depth: number): Expr | undefined {
    const [map = [], given = [], second = []] = items.map((item) =>
      plainTexts(this.expr(item, '', depth + 1)),
    );
    // By region or account, which only the deployment tells: any of the keys.
    const first =
      given.length > 0 || !isPseudo(this.follow(items[1])) ? given : this.keysOf('Mappings', map[0] ?? '');
    const found = map.flatMap((a) =>
      first.flatMap((b) =>
        second.flatMap((c) => {
          const value = this.lookup('Mappings', a, b, c);
          return value ? [this.expr(value, '', depth + 1)] : [];
        }),
      ),
    );
    const [only] = found;
    if (only === undefined || found.length > MOST_ENTRIES) return undefined;
    if (found.length === 1) return only;
    const { line, at } = only;
    // Lists of several keys are one list: a policy grants what any of them names.
    const isLists = found.every((expr) => expr.kind === 'list');
    const listed = found.flatMap((expr) => (expr.kind === 'list' ? expr.items : []));
    return isLists ? { kind: 'list', items: listed, line, at } : { kind: 'either', options: found, line, at };
  }

  /** `${Name}` and `${Name.Arn}`; `${!x}` is the text `${x}`. */
  private substituted(text: string, variables: unknown, where: Place, depth: number): Expr {
    const parts = text.split(/(\$\{[^}]*\})/).map((piece): Expr => {
      const name = /^\$\{([^}]*)\}$/.exec(piece)?.[1];
      if (name === undefined) return this.b.text(where, piece);
      if (name.startsWith('!')) return this.b.text(where, `\${${name.slice(1)}}`);
      const given = this.follow(variables);
      const own = isMap(given) ? given.items.find((pair) => keyText(pair.key) === name) : undefined;
      return own ? this.expr(own.value, '', depth + 1) : this.reference(name, where, depth);
    });
    return this.joined(
      where,
      parts.filter((part) => !(part.kind === 'text' && part.value === '')),
    );
  }

  /**
   * Parts as one text. A dynamic reference in it, `{{resolve:ssm:/a/${Stage}/b}}`, stands for a value that the deployment
   * fetches. The name of its parameter is not part of the text.
   */
  private joined(where: Place, parts: readonly Expr[]): Expr {
    const found: Expr[] = [];
    let name: string | undefined;
    for (const part of parts.flatMap((piece) => (piece.kind === 'template' ? piece.parts : [piece]))) {
      if (part.kind !== 'text') {
        if (name === undefined) found.push(part);
        else name += '*';
        continue;
      }
      for (const piece of part.value.split(/(\{\{resolve:|\}\})/)) {
        if (name === undefined && piece === '{{resolve:') name = '';
        else if (name !== undefined && piece === '}}') {
          found.push({ kind: 'opaque', text: `resolve:${name}`, ...where });
          name = undefined;
        } else if (name !== undefined) name += piece;
        else if (piece !== '') found.push(this.b.text(where, piece));
      }
    }
    if (name !== undefined) found.push({ kind: 'opaque', text: `resolve:${name}`, ...where });
    return this.b.template(where, found);
  }

  private reference(path: string, where: Place, depth: number): Expr {
    const name = path.trim();
    if (name === 'AWS::Partition') return { kind: 'text', value: 'aws', ...where };
    const unknown: Expr = { kind: 'opaque', text: name, ...where };
    if (name.startsWith('AWS::') || this.open.has(name) || depth > DEEPEST) return unknown;
    this.open.add(name);
    try {
      const [logical = '', attribute] = name.split('.');
      const allowed = this.lookup('Parameters', logical, 'AllowedValues');
      if (isSeq(allowed) && allowed.items.length > 0) {
        const options = allowed.items.map((item) => this.expr(item, '', depth + 1));
        return options.length === 1 && options[0] ? options[0] : { kind: 'either', options, ...where };
      }
      const fallback = this.lookup('Parameters', logical, 'Default');
      if (fallback) return this.expr(fallback, '', depth + 1);
      const type = this.lookup('Resources', logical, 'Type');
      if (!isScalar(type) || type.value !== 'AWS::S3::Bucket') return unknown;
      const given = this.lookup('Resources', logical, 'Properties', 'BucketName');
      const bucket = given ? this.expr(given, '', depth + 1) : unknown;
      if (attribute === undefined) return bucket;
      if (attribute !== 'Arn') return unknown;
      return {
        kind: 'template',
        parts: [{ kind: 'text', value: 'arn:aws:s3:::', ...where }, bucket],
        ...where,
      };
    } finally {
      this.open.delete(name);
    }
  }

  /** A plain string; other tools' placeholders in it are not known: `${env:STAGE}`, `{{ bucket }}`. */
  private text(value: string, where: Place, depth: number): Expr {
    if (!/\$\{|\{\{|<[A-Z_]+>/.test(value) || value.includes('"Statement"')) return this.b.text(where, value);
    const pieces = value.split(/(\$\{\{[^}]*\}\}|\$\{(?!aws:|saml:|cognito-|www\.)[^}]*\}|\{\{[^}]*\}\})/);
    const parts = pieces.flatMap((piece): Expr[] => {
      if (piece === '') return [];
      const own = /^\$\{self:([\w.-]+)\}$/.exec(piece)?.[1];
      const target = own ? this.lookup(...own.split('.')) : undefined;
      if (own && target && !this.open.has(own)) {
        this.open.add(own);
        const found = this.expr(target, '', depth + 1);
        this.open.delete(own);
        return [found];
      }
      if (/^\$\{|^\{\{(?!resolve:[^}]*$)/.test(piece))
        return [{ kind: 'opaque', text: piece.replace(/[${}]/g, '').trim(), ...where }];
      return [this.b.text(where, piece)];
    });
    return this.b.template(where, parts);
  }

  private keysOf(...path: string[]): string[] {
    const map = this.lookup(...path);
    return isMap(map) ? map.items.flatMap(({ key }) => keyText(key) ?? []) : [];
  }

  private lookup(...keys: string[]): unknown {
    let here: unknown = this.root;
    for (const key of keys) {
      const map = this.follow(here);
      if (!isMap(map)) return undefined;
      here = map.items.find((pair) => keyText(pair.key) === key)?.value;
    }
    return this.follow(here) ?? undefined;
  }

  private place(node: unknown): Place {
    const start = (node as Node | null)?.range?.[0] ?? 0;
    return { line: Math.max(1, this.counter.linePos(start).line), at: start };
  }
}

function tagOf(node: unknown): string | undefined {
  const tag = (node as Node | null)?.tag;
  return tag?.startsWith('!') && !tag.startsWith('!!') ? tag.slice(1) : undefined;
}

const keyText = (key: unknown): string | undefined => (isScalar(key) ? String(key.value) : undefined);

/** `AWS::Region`, `AWS::AccountId` and their kin, as `!Ref` or `{ Ref: … }`. */
function isPseudo(node: unknown): boolean {
  const name = isMap(node) ? node.items.find(({ key }) => keyText(key) === 'Ref')?.value : node;
  return isScalar(name) && /^AWS::\w+$/.test(String(name.value));
}

/** The texts that an expression may be; none where one of them is not known. */
function plainTexts(expr: Expr): string[] {
  if (expr.kind === 'text') return [expr.value];
  if (expr.kind !== 'either') return [];
  const all = expr.options.map(plainTexts);
  return all.some((texts) => texts.length === 0) ? [] : all.flat();
}

/** Entries of a mapping that one look at it may give. */
const MOST_ENTRIES = 48;
