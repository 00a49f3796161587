import { Ajv, type AnySchemaObject, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { isObject, type JsonValue, pointerToken } from '../../json.ts';
import { OutOfSteps, type Steps, safeRegExp } from '../../regexp/index.ts';
import type { Dialect } from './dialect.ts';
import type { Document } from './document.ts';
import { isTooLong } from './formats.ts';
import { unicodeSource } from './pattern.ts';
import { translate } from './translate.ts';
import { visits } from './visits.ts';
import { OutOfWork } from './work.ts';

/** What Ajv finds wrong with a value: the place in the value, and why. */
export interface Fault {
  pointer: string;
  keyword: string;
  reason: string;
}

/** The first fault, or none. Throws `OutOfSteps`. */
type Check = (value: JsonValue, steps: Steps) => Fault | null;

/** Ajv's opinion of one side, compiled when it is first asked for. */
export class Judge {
  readonly #document: Document;
  #checks: Check[] | undefined;
  #isBroken = false;
  readonly #steps: Steps = { left: STEPS };

  constructor(document: Document) {
    this.#document = document;
  }

  /**
   * Whether Ajv accepts the value; `undefined` when Ajv cannot compile the schema, does not come to an end, or would
   * answer otherwise for another content of a remote reference.
   */
  accepts(value: JsonValue): boolean | undefined {
    const fault = this.faultIn(value);
    return fault === undefined ? undefined : fault === null;
  }

  /** What is wrong with a value, `null` for nothing; `undefined` as in `accepts`. */
  faultIn(value: JsonValue): Fault | null | undefined {
    if (this.#isBroken) return undefined;
    try {
      const needed = visits(this.#document, value);
      if (needed > maxVisits) return undefined;
      this.#document.work.spend(needed);
      const answers = this.#checksFor(value).map((check) => check(withStandIn(value), this.#steps));
      const isSame = answers.every((answer) => (answer === null) === (answers[0] === null));
      return isSame ? answers[0] : undefined;
    } catch (error) {
      if (error instanceof OutOfWork) throw error;
      this.#isBroken ||= !(error instanceof OutOfSteps || error instanceof TooLong);
      return undefined;
    }
  }

  /** A large document is compiled for one value at a time: most of its properties are not in it. */
  #checksFor(value: JsonValue): Check[] {
    const { dialect } = this.#document;
    const checks = (names?: ReadonlySet<string>): Check[] =>
      translate(this.#document, names).map((schema) => {
        this.#document.work.spend(compilation);
        return compile(dialect, withStandIn(schema));
      });
    if (this.#document.size > maxWhole && !this.#document.refersToProperties) return checks(namesIn(value));
    this.#checks ??= checks();
    return this.#checks;
  }
}

/** Ajv passes over a member called `__proto__`; by another name it reads it like any other. */
const STAND_IN = '\u0001proto\u0001';

/**
 * A schema, or a value, with each member `__proto__` under a name that Ajv reads; as it is where names are looked at, which the
 * other name could not stand for.
 */
function withStandIn(value: JsonValue): JsonValue {
  const text = JSON.stringify(value);
  if (!text.includes('"__proto__"') || /"(patternProperties|propertyNames)"/.test(text)) return value;
  return renamed(value, false);
}

function renamed(value: JsonValue, areNames: boolean): JsonValue {
  if (value === '__proto__' && areNames) return STAND_IN;
  if (Array.isArray(value)) return value.map((item) => renamed(item, areNames));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key === '__proto__' ? STAND_IN : key,
      renamed(item, key === 'required' || (areNames && Array.isArray(item)) || key === 'dependentRequired'),
    ]),
  );
}

const maxWhole = 150;
/** A value that needs more is not tried. */
const maxVisits = 1_000_000;
/** What a compilation costs besides its schemas, in steps. */
const compilation = 2_000;

/** The names of all members, however deep. */
function namesIn(value: JsonValue): Set<string> {
  const names = new Set<string>();
  const open = [value];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    if (typeof here !== 'object' || here === null) continue;
    if (!Array.isArray(here)) for (const name of Object.keys(here)) names.add(name);
    open.push(...Object.values(here));
  }
  return names;
}

/** Ajv for one dialect, and the steps that its patterns may take in the check that it makes now. */
interface Compiler {
  ajv: Ajv;
  meter: { steps: Steps };
}

/** A pure memo: a compiler follows from its dialect, keeps no schema, and each check brings its own steps. */
const compilers = new Map<string, Compiler>();

function compile(dialect: Dialect, schema: JsonValue): Check {
  const key = `${dialect.draft} ${dialect.refStandsAlone}`;
  const compiler = compilers.get(key) ?? create(dialect);
  compilers.set(key, compiler);
  const { ajv, meter } = compiler;
  const own = schema as AnySchemaObject | boolean;
  try {
    const validate: ValidateFunction = ajv.compile(own);
    return (value, steps) => {
      meter.steps = steps;
      return validate(value) === true ? null : faultOf(validate.errors ?? []);
    };
  } finally {
    if (typeof own === 'object') ajv.removeSchema(own);
  }
}

/** The fault that stands deepest in the value says most: those around it only follow from it. */
function faultOf(errors: readonly ErrorObject[]): Fault {
  const [first] = [...errors].sort((a, b) => depthOf(b.instancePath) - depthOf(a.instancePath));
  const { instancePath: pointer = '', keyword = '', message = 'it is not valid', params = {} } = first ?? {};
  const name = params.additionalProperty ?? params.unevaluatedProperty ?? params.propertyName;
  return typeof name === 'string'
    ? { pointer: `${pointer}/${pointerToken(name)}`, keyword, reason: `${message} ('${name}')` }
    : { pointer, keyword, reason: message };
}

const depthOf = (pointer: string): number => pointer.split('/').length;

function create({ draft, refStandsAlone }: Dialect): Compiler {
  const meter = { steps: { left: 0 } };
  const options: Options = {
    strict: false,
    validateSchema: false,
    addUsedSchema: false,
    meta: false,
    logger: false,
    ownProperties: true,
    formats,
    code: { optimize: false, regExp: Object.assign(countedBy(meter), { code: 'new RegExp' }) },
  };
  if (draft === '2020-12') return { ajv: new Ajv2020(options), meter };
  if (draft === '2019-09') return { ajv: new Ajv2019(options), meter };
  return { ajv: new Ajv({ ...options, ignoreKeywordsWithRef: refStandsAlone }), meter };
}

/** What checking values against one side may take, all its patterns together. */
const STEPS = 20_000_000;

/** Ajv's expressions by steps, not by backtracking. Throws, as Ajv's compilation then does, for what they cannot run. */
const countedBy =
  (meter: Compiler['meter']) =>
  (source: string): { test: (text: string) => boolean; toString: () => string } => {
    const compiled = safeRegExp(unicodeSource(source) ?? source, { unicode: true, multiline: false });
    if (!compiled.ok) throw new SyntaxError(compiled.why);
    const { regexp } = compiled;
    return { test: (text) => regexp.test(text, meter.steps), toString: () => `/${source}/u` };
  };

class TooLong extends RangeError {}

/** The formats, where a text is not too long for one. */
const formats = Object.fromEntries(
  Object.entries(fullFormats).map(([name, format]) => [
    name,
    format instanceof RegExp ? within(name, format) : format,
  ]),
) as typeof fullFormats;

function within(name: string, format: RegExp): (text: string) => boolean {
  return (text) => {
    if (isTooLong(name, text)) throw new TooLong();
    return format.test(text);
  };
}
