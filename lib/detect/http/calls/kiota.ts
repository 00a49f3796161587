import { calleeName } from '../../evaluate/scopes.ts';
import type { Call, Expr, Module } from '../../syntax/ir.ts';
import type { Program } from '../types.ts';
import { boundBefore } from './go-bound.ts';
import { chainOf, type Requests } from './requests.ts';

const verb = /^(?:Get|Post|Put|Patch|Delete|Head)$/;

/** Requests of clients that kiota generated: `client.Users().ByUserId(id).Messages().Get(ctx, nil)`. */
export class Kiota {
  private readonly program: Program;
  private readonly typeOf: (expr: Expr, module: Module) => string | undefined;
  private readonly requests: Requests;
  private known: Map<string, string> | undefined;

  constructor(
    program: Program,
    typeOf: (expr: Expr, module: Module) => string | undefined,
    requests: Requests,
  ) {
    this.program = program;
    this.typeOf = typeOf;
    this.requests = requests;
  }

  /** Reads a call, where it is one of kiota's. */
  read(call: Call, module: Module): void {
    const name = calleeName(call);
    if (!verb.test(name) || call.args.length === 0) return;
    let { root, steps } = chainOf(call);
    const begun = root.kind === 'name' ? boundBefore(root) : undefined;
    const before = begun ? chainOf(begun) : undefined;
    if (before && before.steps.length > 0 && before.steps.every(isBuilder)) {
      root = before.root;
      steps = [...before.steps, ...steps];
    }
    const builders = steps.slice(0, -1);
    const last = builders.at(-1);
    if (!last || !builders.every(isBuilder) || !/^[A-Z]/.test(calleeName(last))) return;
    const written = this.writtenFor(last, module);
    if (written === undefined && !this.isClient(root, module)) return;
    const { path } = module;
    const how = `${builders.map((step) => `${calleeName(step)}()`).join('.')}.${name}(…)`;
    if (builders.some((step) => /^WithUrl$/i.test(calleeName(step)))) {
      this.requests.refuse(path, call.line, how, 'its address is handed in');
      return;
    }
    const template = written ?? this.guessed(builders, root, module);
    if (template === undefined) {
      this.requests.refuse(path, call.line, how, 'the code that kiota generated is not among the files');
      return;
    }
    this.requests.keep({ method: name.toUpperCase(), template, base: null, path, line: call.line, how });
  }

  private isClient(root: Expr, module: Module): boolean {
    const type = this.typeOf(root, module) ?? '';
    const speaks = module.imports.some(({ from }) => /kiota|msgraph/.test(from));
    return speaks && /(?:Client|RequestBuilder)$/.test(type);
  }

  /** The path that a builder's own code has: `{+baseurl}/posts/{post-id}{?select}`. */
  private writtenFor(step: Call, module: Module): string | undefined {
    this.known ??= templatesIn(this.program);
    if (this.known.size === 0) return undefined;
    const [made] = this.program.e
      .evaluate({ expr: step.callee, env: undefined, module })
      .flatMap((value) => (value.t === 'function' ? [value.scope] : []));
    const [, local, type] = /^\*?(?:(\w+)\.)?(\w+)$/.exec(made?.gives ?? '') ?? [];
    if (!made || type === undefined) return undefined;
    const folder =
      made.module.imports
        .find((imported) => imported.local === local)
        ?.from.split('/')
        .at(-1) ?? folderOf(made.module.path);
    return this.known.get(`${folder}.${type}`);
  }

  /** The path by the names of the builders: Microsoft Graph's are those of its paths; of others only plain words are. */
  private guessed(builders: readonly Call[], root: Expr, module: Module): string | undefined {
    const isGraph = /\b(?:msgraph\w*\.)?GraphServiceClient$/.test(this.typeOf(root, module) ?? '');
    const segments = builders.map((step) => {
      const name = calleeName(step);
      if (step.args.length > 0) return '{}';
      return isGraph || /^[A-Z][a-z0-9]*$/.test(name)
        ? name.charAt(0).toLowerCase() + name.slice(1)
        : undefined;
    });
    return segments.includes(undefined) ? undefined : `/${segments.join('/')}`;
  }
}

/** A step of a chain of builders: one without an argument is a segment, one with an argument a parameter. */
const isBuilder = (step: Call): boolean =>
  /^[A-Z]/.test(calleeName(step)) &&
  (step.args.length === 0 || (step.args.length === 1 && /^(?:By[A-Z]|WithUrl$)/.test(calleeName(step))));

/** The templates in generated builders, by folder and type. */
function templatesIn({ modules }: Program): Map<string, string> {
  const found = new Map<string, string>();
  for (const { language, calls, path } of modules)
    for (const call of language === 'go' ? calls : []) {
      if (calleeName(call) !== 'NewBaseRequestBuilder') continue;
      const text = call.args.map(({ value }) => value).find((value) => value.kind === 'text');
      const type = /^New(\w+RequestBuilder)Internal$/.exec(call.block.scope.name)?.[1];
      if (text?.kind !== 'text' || type === undefined) continue;
      const template = text.value.replace(/^\{\+baseurl\}/, '').replace(/\{[?&][^{}]*\}/g, '');
      found.set(`${folderOf(path)}.${type}`, template.replace(/\{[^{}]*\}/g, '{}') || '/');
    }
  return found;
}

const folderOf = (path: string): string => path.split('/').at(-2) ?? '';
