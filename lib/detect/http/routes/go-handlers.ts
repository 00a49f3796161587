import { calleeName, push } from '../../evaluate/scopes.ts';
import type { Located } from '../../evaluate/values.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import { Shapes } from '../shapes/declared.ts';
import { Types } from '../shapes/typed.ts';
import type { Program, Route } from '../types.ts';
import { methodOf } from './go-frameworks.ts';
import { positional } from './typed-routers.ts';

/** What a handler says of the requests that it answers. */
export interface Handled {
  /** The methods that it tells apart; empty where it does not look. */
  methods: readonly string[];
  shapes: Pick<Route, 'query' | 'body' | 'responses'>;
}

const nothing: Handled = { methods: [], shapes: {} };

/** Reads Go's handlers: what they decode, encode and look up. */
export class Handlers {
  private readonly program: Program;
  private readonly shapes: Shapes;
  private readonly types: Types;
  private readonly known = new Map<Scope, Handled>();
  private byScope: Map<Scope, Call[]> | undefined;

  constructor(program: Program) {
    this.program = program;
    this.shapes = new Shapes(program.modules);
    this.types = new Types(program, this.shapes);
  }

  /** What the function behind a handler does; nothing where it is not among the files. */
  of(handler: Expr | undefined, module: Module): Handled {
    const scope = handler && this.scopeOf(handler, module, 0);
    if (!scope) return nothing;
    const known = this.known.get(scope) ?? this.read(scope);
    this.known.set(scope, known);
    return known;
  }

  private scopeOf(handler: Expr, module: Module, depth: number): Scope | undefined {
    if (depth > 4) return undefined;
    const values = this.program.e.evaluate({ expr: handler, env: undefined, module });
    const [found] = values.flatMap((value) => (value.t === 'function' ? [value.scope] : []));
    if (found) return found;
    if (handler.kind !== 'call') return undefined;
    for (const arg of positional(handler.args)) {
      const inner = this.scopeOf(arg, module, depth + 1);
      if (inner) return inner;
    }
    return undefined;
  }

  private callsIn(scope: Scope): readonly Call[] {
    if (!this.byScope) {
      this.byScope = new Map();
      for (const { calls, language } of this.program.modules)
        for (const call of language === 'go' ? calls : [])
          for (let here: Scope | undefined = call.block.scope; here?.kind === 'function'; here = here.parent)
            push(this.byScope, here, call);
    }
    return this.byScope.get(scope) ?? [];
  }

  private read(scope: Scope): Handled {
    const methods = (scope.compared ?? []).flatMap(({ of, is }) =>
      /\.Method$/.test(of) ? (methodOf(is) ?? []) : [],
    );
    const query: NonNullable<Route['query']> = {};
    const bodies: Expr[] = [];
    const answers: { status: string | undefined; of: Expr }[] = [];
    const statuses: string[] = [];
    for (const call of this.callsIn(scope)) {
      const name = calleeName(call);
      const args = positional(call.args);
      const [first, second, third] = args;
      const object = call.callee.kind === 'member' ? call.callee.object : undefined;
      const chain = object ? spelled(object) : '';
      if (name === 'Decode' && /NewDecoder\(.*\bBody$/.test(chain) && first) bodies.push(first);
      else if (bindings.test(name) && first && /^(?:c|ctx|ec|e|context)$/.test(chain)) bodies.push(first);
      else if (name === 'Encode' && /NewEncoder\(/.test(chain) && first)
        answers.push({ status: undefined, of: first });
      else if (/^(?:JSON|IndentedJSON|PureJSON|JSONPretty)$/.test(name) && first && second) {
        const isRender = chain === 'render';
        if (isRender && third) answers.push({ status: undefined, of: third });
        else if (!isRender) answers.push({ status: statusOf(first), of: second });
      } else if (name === 'WriteHeader' && first) statuses.push(statusOf(first) ?? '?');
      else if (isQuery(name, chain) && first?.kind === 'text')
        query[first.value] = { schema: { type: 'string' }, required: false };
    }
    const [only] = bodies;
    const body = bodies.length === 1 && only ? this.schemaOf(only, scope, false) : undefined;
    const responses = this.responses(answers, statuses, scope);
    return {
      methods: [...new Set(methods)],
      shapes: {
        ...(Object.keys(query).length > 0 ? { query } : {}),
        ...(body === undefined || methods.length > 1 ? {} : { body: { schema: body, required: true } }),
        ...(responses === undefined || methods.length > 1 ? {} : { responses }),
      },
    };
  }

  /** What is answered by status, where each is answered with one declared type. */
  private responses(
    answers: readonly { status: string | undefined; of: Expr }[],
    statuses: readonly string[],
    scope: Scope,
  ): Route['responses'] {
    const good = statuses.filter((status) => /^2/.test(status));
    const unsaid = good.length === 1 && good[0] !== undefined ? good[0] : '200';
    const found: NonNullable<Route['responses']> = {};
    const seen = new Map<string, string>();
    for (const { status = unsaid, of } of answers) {
      const schema = this.schemaOf(of, scope, true) ?? {};
      const text = JSON.stringify(schema);
      const before = seen.get(status);
      found[status] = before === undefined || before === text ? schema : {};
      seen.set(status, text);
    }
    return Object.keys(found).length > 0 ? found : undefined;
  }

  private schemaOf(expr: Expr, scope: Scope, sent: boolean): ReturnType<Shapes['schema']> | undefined {
    const at: Located = { expr, env: undefined, module: scope.module };
    const type = this.types.of(at);
    if (!type) return undefined;
    // What is handed in or out by a pointer is there.
    return this.shapes.schema({ ...type, type: type.type.replace(/^\*/, '') }, sent);
  }
}

const bindings = /^(?:Should)?Bind(?:JSON|With)?$|^(?:Must)?BindJSON$|^BodyParser$/;

const isQuery = (name: string, chain: string): boolean =>
  (name === 'Get' && /URL\.Query\($/.test(chain)) ||
  (/^(?:Query|DefaultQuery|GetQuery|QueryParam)$/.test(name) && /^(?:c|ctx|ec|context)$/.test(chain));

/** The names in a chain of calls and members: `json.NewDecoder(r.Body`. */
function spelled(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'member') return `${spelled(expr.object)}.${expr.name}`;
  if (expr.kind !== 'call') return '';
  const [first] = expr.args;
  return `${spelled(expr.callee)}(${first ? spelled(first.value) : ''}`;
}

/** `200`, `http.StatusCreated`: a status where it stands in the code. */
function statusOf(expr: Expr): string | undefined {
  if (expr.kind === 'literal' && typeof expr.value === 'number') return String(expr.value);
  const name = expr.kind === 'member' ? expr.name.replace(/^Status/, '') : '';
  return Object.hasOwn(named, name) ? named[name] : undefined;
}

const named: Record<string, string> = {
  OK: '200',
  Created: '201',
  Accepted: '202',
  NoContent: '204',
  BadRequest: '400',
  Unauthorized: '401',
  Forbidden: '403',
  NotFound: '404',
  MethodNotAllowed: '405',
  Conflict: '409',
  UnprocessableEntity: '422',
  TooManyRequests: '429',
  InternalServerError: '500',
  BadGateway: '502',
  ServiceUnavailable: '503',
};
