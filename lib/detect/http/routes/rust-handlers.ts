import type { Scope } from '../../syntax/ir.ts';
import { Shapes } from '../shapes/declared.ts';
import { typeArguments } from '../shapes/written.ts';
import type { Program, Route } from '../types.ts';

type Given = Pick<Route, 'query' | 'body' | 'responses'>;

/** Reads the handlers of axum, actix and Rocket by the types of their parameters and results. */
export class RustHandlers {
  private readonly shapes: Shapes;

  constructor({ modules }: Program) {
    this.shapes = new Shapes(modules);
  }

  /** What a handler says of requests and responses; nothing where it is not a function of these files. */
  of(scope: Scope | undefined): Given {
    if (!scope) return {};
    const { module } = scope;
    const query: NonNullable<Route['query']> = {};
    let body: Route['body'];
    for (const { type = '' } of scope.params) {
      const [, name = '', inner = ''] = /^(?:\w+::)*(Json|Query)<([\s\S]*)>$/.exec(type) ?? [];
      if (name === 'Json')
        body = { schema: this.shapes.schema({ type: inner, module }, false), required: true };
      const shape = name === 'Query' ? this.shapes.shape({ type: inner, module }) : undefined;
      if (shape?.is === 'object')
        for (const field of shape.fields)
          query[field.name] = { schema: this.shapes.schema(field.type, false), required: !field.optional };
    }
    const answered = jsonIn(scope.gives ?? '');
    const schema = answered === undefined ? {} : this.shapes.schema({ type: answered.type, module }, true);
    return {
      ...(Object.keys(query).length > 0 ? { query } : {}),
      ...(body ? { body } : {}),
      ...(Object.keys(schema).length > 0 && answered ? { responses: { [answered.status]: schema } } : {}),
    };
  }
}

/** The type of the document that a handler gives: `Json<T>`, `Result<Json<T>, E>`, `(StatusCode, Json<T>)`, whose status is open. */
function jsonIn(gives: string): { type: string; status: string } | undefined {
  const text = gives.trim();
  const [, inner] = /^(?:\w+::)*Json<([\s\S]*)>$/.exec(text) ?? [];
  if (inner !== undefined) return { type: inner, status: '200' };
  const [, first] = /^(?:\w+::)*\w*Result<([\s\S]*)>$/.exec(text) ?? [];
  if (first !== undefined) return jsonIn(typeArguments(first)[0] ?? '');
  if (!text.startsWith('(')) return undefined;
  const found = typeArguments(text.slice(1, -1)).flatMap((typeArgument) => jsonIn(typeArgument) ?? [])[0];
  return found && { ...found, status: '2XX' };
}
