/**
 * `lib/detect/http/shapes`: what bodies hold, by the types that code declares for them.
 */

import type { JsonObject, JsonValue } from '../../../json.ts';
import { push } from '../../evaluate/scopes.ts';
import type { DeclaredType, Module } from '../../syntax/ir.ts';
import { parsedType } from './written.ts';

/** What a value of a type is on the wire. */
export type Shape =
  | { is: 'object'; fields: { name: string; member: string; optional: boolean; type: Typed }[] }
  | { is: 'list'; of: Typed }
  | { is: 'map'; of: Typed }
  | { is: 'nullable'; of: Typed }
  | { is: 'plain'; schema: JsonObject }
  | { is: 'open' };

/** A type as a module writes it. */
export interface Typed {
  type: string;
  module: Module;
}

const DEEPEST = 8;
const MOST_PATHS = 200;

/** The types that Go, Java and Rust declare, and what their values are in JSON. */
export class Shapes {
  private readonly byName = new Map<string, { type: DeclaredType; module: Module }[]>();

  constructor(modules: readonly Module[]) {
    for (const module of modules)
      for (const [name, type] of module.types) push(this.byName, name, { type, module });
  }

  /** The declared type of a name: of the file itself, its folder or package, or the only one of the language. */
  declared(name: string, module: Module): { type: DeclaredType; module: Module } | undefined {
    const [last = name, packaged] = name.split(/\.|::/).reverse();
    const all = (this.byName.get(last) ?? []).filter(
      (candidate) => candidate.module.language === module.language,
    );
    const own =
      packaged === undefined || module.language !== 'go'
        ? all.find((candidate) => candidate.module === module)
        : undefined;
    if (own) return own;
    const folder =
      module.language === 'go' && packaged !== undefined ? importedFolder(packaged, module) : undefined;
    const near = all.filter(({ module: { path } }) =>
      folder === undefined
        ? folderOf(path) === folderOf(module.path)
        : folderOf(path).endsWith(`/${folder}/`) || folderOf(path) === `${folder}/`,
    );
    if (near.length === 1) return near[0];
    const imported = module.imports.find((candidate) => candidate.local === last);
    const words =
      imported?.from.split(/\.|::/).filter((word) => /^\w+$/.test(word) && word !== 'crate') ?? [];
    const fitting = all.filter(
      ({ module: { path } }) => words.length > 0 && words.slice(-2).every((word) => path.includes(word)),
    );
    if (fitting.length === 1) return fitting[0];
    return all.length === 1 && !(module.language === 'go' && folder !== undefined) ? all[0] : undefined;
  }

  /** What values of a type are on the wire. */
  shape({ type, module }: Typed): Shape {
    const parsed = parsedType(type, module.language);
    if (typeof parsed === 'object' && 'is' in parsed) {
      if (parsed.is === 'plain' || parsed.is === 'open') return parsed;
      if (parsed.is === 'same') return this.shape({ type: parsed.of, module });
      return { is: parsed.is, of: { type: parsed.of, module } };
    }
    const found = this.declared(parsed.name, module);
    if (!found) return { is: 'open' };
    const { type: declared, module: home } = found;
    if (declared.written !== undefined) {
      const values = declared.written.match(/"(?:[^"\\]|\\.)*"/g);
      if (values && module.language === 'java')
        return { is: 'plain', schema: { enum: values.map((text): JsonValue => JSON.parse(text)) } };
      return declared.written === type ? { is: 'open' } : this.aliased(declared.written, home);
    }
    const fields = this.fields(declared, home, 0);
    return fields === undefined || fields.length === 0 ? { is: 'open' } : { is: 'object', fields };
  }

  private aliasing = 0;
  private aliased(written: string, module: Module): Shape {
    if (this.aliasing > DEEPEST) return { is: 'open' };
    this.aliasing++;
    const found = this.shape({ type: written, module });
    this.aliasing--;
    return found;
  }

  /** A type's fields with those of its bases; undefined where a base is not known. */
  private fields(
    declared: DeclaredType,
    module: Module,
    depth: number,
  ): Extract<Shape, { is: 'object' }>['fields'] | undefined {
    const own = declared.fields.map(({ name, member = name, type, optional = false }) => ({
      name,
      member,
      optional,
      type: { type, module },
    }));
    for (const base of declared.bases) {
      const found = depth > DEEPEST ? undefined : this.declared(base, module);
      const fields = found && this.fields(found.type, found.module, depth + 1);
      if (fields) own.push(...fields.filter(({ name }) => !own.some((field) => field.name === name)));
      else if (module.language !== 'java') return undefined;
    }
    return own;
  }

  /** The schema of a type. `sent`: a value that is given out, which has all of its fields; else what may be handed in. */
  schema(typed: Typed, sent: boolean, around: readonly string[] = []): JsonObject {
    const key = `${typed.module.path}\n${typed.type}`;
    if (around.includes(key) || around.length > DEEPEST) return {};
    const shape = this.shape(typed);
    const inner = (of: Typed): JsonObject => this.schema(of, sent, [...around, key]);
    switch (shape.is) {
      case 'open':
        return {};
      case 'plain':
        return shape.schema;
      case 'list':
        return { type: 'array', items: inner(shape.of) };
      case 'map':
        return { type: 'object', additionalProperties: inner(shape.of) };
      case 'nullable':
        return nullable(inner(shape.of));
      case 'object': {
        const properties = Object.fromEntries(shape.fields.map(({ name, type }) => [name, inner(type)]));
        const always = shape.fields.filter(({ optional }) => !optional).map(({ name }) => name);
        const isRequired = sent || typed.module.language === 'rust';
        return {
          type: 'object',
          properties,
          ...(isRequired && always.length > 0 ? { required: always.sort() } : {}),
        };
      }
    }
  }

  /** The properties of a type by dotted path, the innermost ones: `lines.*.sku`. */
  paths(typed: Typed): string[] {
    const found: string[] = [];
    const walk = (of: Typed, before: string, around: readonly string[]): void => {
      const key = `${of.module.path}\n${of.type}`;
      const shape =
        around.includes(key) || around.length > DEEPEST ? { is: 'open' as const } : this.shape(of);
      const inner = [...around, key];
      if (found.length >= MOST_PATHS) return;
      if (shape.is === 'nullable') walk(shape.of, before, inner);
      else if (shape.is === 'list') walk(shape.of, before === '' ? '*' : `${before}.*`, inner);
      else if (shape.is === 'object')
        for (const { name, type } of shape.fields)
          walk(type, before === '' ? name : `${before}.${name}`, inner);
      else if (before !== '' && before !== '*') found.push(before.replace(/(?:\.\*)+$/, ''));
    };
    walk(typed, '', []);
    return [...new Set(found)].sort();
  }

  /** The wire's name of a field that the code calls `member`. */
  fieldOf(typed: Typed, member: string): { name: string; type: Typed } | undefined {
    const shape = this.shape(typed);
    if (shape.is === 'nullable') return this.fieldOf(shape.of, member);
    return shape.is === 'object' ? shape.fields.find((field) => field.member === member) : undefined;
  }
}

function nullable(schema: JsonObject): JsonObject {
  if (Object.keys(schema).length === 0) return schema;
  const { type } = schema;
  return typeof type === 'string' && schema.enum === undefined
    ? { ...schema, type: [type, 'null'] }
    : { anyOf: [schema, { type: 'null' }] };
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** The last part of the package that a file calls so. */
const importedFolder = (local: string, module: Module): string | undefined =>
  module.imports
    .find((candidate) => candidate.local === local)
    ?.from.replace(/\/v\d+$/, '')
    .split('/')
    .at(-1);
