/**
 * `lib/detect/protobuf`: what of a consumer's copy of `.proto` files its code uses through the code that is generated from them.
 */

import type { JsonObject } from '../../json.ts';
import { typeText } from '../../kinds/protobuf/compare/types.ts';
import { libraries, type Model, modelOf } from '../../kinds/protobuf/model/model.ts';
import type { Definition } from '../../kinds/protobuf/model/tree.ts';
import { sortUnresolved } from '../found-paths.ts';
import { bytesMatch, decode, pause } from '../limits.ts';
import { readsLanguages } from '../syntax/languages.ts';
import {
  type Detector,
  type Extraction,
  MAX_BYTES,
  MAX_DOCUMENT_BYTES,
  type Part,
  type SourceFile,
  type Unresolved,
} from '../types.ts';
import { namesOfField, namesOfMethod, namesOfService, namesOfType, namesOfValue } from './names.ts';
import { importsStubs, isStub } from './stubs.ts';
import { Words, withoutComments } from './words.ts';

const isProto = (path: string): boolean => /\.proto$/i.test(path);
const readsCode = readsLanguages('typescript', 'javascript', 'python', 'go', 'java');

/** Code that takes a message as a whole: which fields it reads does not stand there. */
const WHOLE =
  /\b(?:MessageToJson|MessageToDict|ParseDict|protojson|JsonFormat|toJson|toJsonString|toJSON|toObject|JSON\.stringify|ListFields|getAllFields|ProtoReflect|getattr|setattr)\b/;

/** Reads which fields, values and methods the code uses; each is a use, with what the copy says of it. */
export const protobufUses: Detector = {
  name: 'protobuf-uses',
  summary: 'messages, fields and methods that code uses through stubs, by a copy of the .proto files',
  roles: ['import'],
  most: MAX_DOCUMENT_BYTES,
  reads: (path) => isProto(path) || readsCode(path),
  triggers: (bytes) => bytesMatch(bytes, /\w/, MAX_DOCUMENT_BYTES),
  async extract(files) {
    const unresolved: Unresolved[] = [];
    const no = (path: string, line: number, what: string, why: string, gap = true): void => {
      unresolved.push({ path, line, what, why, ...(gap ? { gap: true as const } : {}) });
    };
    const protos = new Map<string, string>();
    const code: { path: string; text: string }[] = [];
    for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      await pause();
      if (!this.reads(file.path)) continue;
      const text = decode(file, isProto(file.path) ? MAX_DOCUMENT_BYTES : MAX_BYTES);
      if (typeof text !== 'string') no(file.path, text.line, 'a source file', text.why);
      else if (isProto(file.path)) protos.set(file.path, text);
      else if (!isStub(file.path, text)) code.push({ path: file.path, text });
    }
    const done = (parts: Part[]): Extraction => ({
      ...{ value: { uses: parts.map(({ value }) => value) }, schema: {}, parts },
      unresolved: sortUnresolved(unresolved),
    });
    if (protos.size === 0) {
      const why =
        'there is no copy of the .proto files beside the code, so the fields that it uses are not known';
      no(firstPath(files), 1, 'the messages', why);
      return done([]);
    }
    const model = modelOf(await libraries(), protos);
    if ('faults' in model) {
      for (const { path, line, why } of model.faults) no(path, line, 'the copy', why);
      return done([]);
    }
    const words = new Words();
    for (const { path, text } of code) {
      await pause();
      const usesStubs = importsStubs(path, text, model.tree.files);
      words.add(path, text, usesStubs);
      const whole = usesStubs ? WHOLE.exec(withoutComments(path, text)) : null;
      if (whole !== null) {
        const why = 'a message is handed on as a whole here, so which of its fields are used is not known';
        no(path, text.slice(0, whole.index).split('\n').length, `'${whole[0]}'`, why, false);
      }
    }
    return done(new Reached(model, words).parts());
  },
};

const firstPath = (files: readonly SourceFile[]): string => files.map(({ path }) => path).sort()[0] ?? '';

/** What code reaches of a copy: types that it names, and from there what it takes out of their fields. */
class Reached {
  private readonly found: Part[] = [];
  private readonly seen = new Set<string>();

  constructor(
    private readonly model: Model,
    private readonly words: Words,
  ) {}

  parts(): Part[] {
    const open: Definition[] = [];
    for (const definition of this.model.tree.definitions.values()) {
      const names =
        definition.kind === 'service'
          ? namesOfService(definition.of.name)
          : namesOfType(definition.name, definition.file.package);
      const at = this.words.type(names);
      if (at === undefined) continue;
      this.use({ subject: definition.name, is: definition.kind }, at);
      open.push(definition);
    }
    const done = new Set<string>();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (done.has(next.name)) continue;
      done.add(next.name);
      const types =
        next.kind === 'service'
          ? this.methods(next)
          : next.kind === 'message'
            ? this.fields(next)
            : this.values(next);
      for (const name of types) {
        const inner = this.model.tree.definitions.get(name);
        if (inner !== undefined) open.push(inner);
      }
    }
    return this.found.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
  }

  private methods({ name }: Definition): string[] {
    const service = this.model.registry.getService(name);
    return (service?.methods ?? []).flatMap((method) => {
      const at = this.words.member(namesOfMethod(method.name));
      if (at === undefined) return [];
      const types = [method.input.typeName, method.output.typeName];
      this.use(
        { subject: `${name}/${method.name}`, is: 'method', input: types[0] ?? '', output: types[1] ?? '' },
        at,
      );
      return types;
    });
  }

  private fields({ name, of }: Definition): string[] {
    return (this.model.message(name)?.fields ?? []).flatMap((field) => {
      const at = this.words.member(namesOfField(field.name, of.name));
      if (at === undefined) return [];
      const type = typeText(field);
      this.use(
        { subject: `${name}.${field.name}`, is: 'field', number: field.number, type, shape: field.fieldKind },
        at,
      );
      return [field.message?.typeName, field.enum?.typeName].filter((typeName) => typeName !== undefined);
    });
  }

  private values({ name, file }: Definition): string[] {
    const types = namesOfType(name, file.package);
    for (const value of this.model.enum(name)?.values ?? []) {
      const at = this.words.member(namesOfValue(value.name, types));
      if (at !== undefined)
        this.use({ subject: `${name}.${value.name}`, is: 'value', number: value.number }, at);
    }
    return [];
  }

  private use(
    value: JsonObject & { subject: string },
    at: { path: string; line: number; perhaps?: true },
  ): void {
    if (this.seen.has(value.subject)) return;
    this.seen.add(value.subject);
    const { path, line, perhaps } = at;
    const use = perhaps === true ? { ...value, perhaps } : value;
    this.found.push({ pointer: `/uses/${this.found.length}`, value: use, path, line, how: String(value.is) });
  }
}
