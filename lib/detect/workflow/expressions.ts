import { isObject, type JsonValue } from '../../json.ts';
import { triggersOf } from '../../kinds/workflow/interface.ts';

/** The text of an expression that is all there is: `${{ inputs.node }}`. */
const whole = /^\s*\$\{\{([\s\S]*)\}\}\s*$/;

/**
 * What a value of a workflow is once its expressions are evaluated (GitHub Docs, "Evaluate expressions"): `string`, `number`,
 * `boolean`, `array`, `null`, or `unknown`.
 */
export function typeOf(value: JsonValue, document: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'string') return isObject(value) ? 'unknown' : typeof value;
  if (/\$\[\[/.test(value)) return 'unknown';
  if (!value.includes('${{')) return 'string';
  const [, inner] = whole.exec(value) ?? [];
  // Two expressions in a row are a text as well.
  return inner === undefined || inner.includes('${{') ? 'string' : typeOfExpression(inner.trim(), document);
}

const booleans = /^(?:contains|startsWith|endsWith|success|failure|always|cancelled)\s*\(/i;
const strings = /^(?:format|join|toJSON|hashFiles)\s*\(/i;
const texts =
  /^(?:(?:secrets|vars|env)\.[\w-]+|(?:needs|steps|jobs)\.[\w-]+\.outputs\.[\w-]+|runner\.\w+|github\.(?:ref|ref_name|ref_type|sha|actor|repository|repository_owner|event_name|head_ref|base_ref|run_id|run_number|run_attempt|workflow|token|job|workspace))$/i;

function typeOfExpression(text: string, document: JsonValue): string {
  if (/^'(?:[^']|'')*'$/.test(text)) return 'string';
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return 'number';
  if (/^(?:true|false)$/i.test(text)) return 'boolean';
  const plain = text.replace(/'(?:[^']|'')*'/g, "''");
  if (/&&|\|\|/.test(plain)) return 'unknown';
  if (/^!|[=!<>]=|[<>]/.test(plain)) return 'boolean';
  // One call, with nothing after it.
  if (booleans.test(plain) && /^\w+\s*\([^()]*\)$/.test(plain)) return 'boolean';
  if (strings.test(plain) && /^\w+\s*\([^()]*\)$/.test(plain)) return 'string';
  if (texts.test(text)) return 'string';
  const [, input] = /^(?:github\.event\.)?inputs\.([\w-]+)$/i.exec(text) ?? [];
  return input === undefined ? 'unknown' : typeOfInput(input, document);
}

/** What the caller's own input is, where all its triggers say the same. */
function typeOfInput(name: string, document: JsonValue): string {
  if (!isObject(document)) return 'unknown';
  const types = triggersOf(document).flatMap(([, trigger]) => {
    const inputs = isObject(trigger) && isObject(trigger.inputs) ? trigger.inputs : {};
    const own = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    return isObject(own) ? [String(own.type ?? 'string')] : [];
  });
  const [first = 'unknown'] = types;
  if (new Set(types).size > 1) return 'unknown';
  return ['string', 'number', 'boolean'].includes(first)
    ? first
    : ['choice', 'environment'].includes(first)
      ? 'string'
      : 'unknown';
}

/** An output that an expression reads; `name` is null where all of them are, or which one is worked out. */
export interface Read {
  /** The job or step. */
  of: string;
  name: string | null;
  pointer: string;
  text: string;
}

const reference =
  /\b(needs|jobs|steps)\s*(?:\.\s*([\w-]+)|\[\s*'([^']+)'\s*\])\s*\.\s*outputs\b(?:\s*\.\s*([\w-]+)|\s*\[\s*'([^']+)'\s*\])?/g;
const all = /\b(needs|steps)\s*(?:\.\s*\*|\[(?!\s*')|\)|,|$)/g;

/** The outputs of jobs (`needs`) or steps that the expressions under a value read. */
export function readsIn(value: JsonValue, from: 'needs' | 'steps', pointer = ''): Read[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => readsIn(item, from, `${pointer}/${at}`));
  if (isObject(value))
    return Object.entries(value).flatMap(([key, inner]) => {
      const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      // A condition is an expression without the marks of one.
      const isBare = key === 'if' && typeof inner === 'string' && !inner.includes('${{');
      return readsIn(isBare ? `\${{ ${inner} }}` : inner, from, at);
    });
  if (typeof value !== 'string' || !value.includes('${{')) return [];
  return [...value.matchAll(/\$\{\{([\s\S]*?)\}\}/g)].flatMap(([, text = '']) => [
    ...[...text.matchAll(reference)].flatMap(([found, group = '', a, b, c, d]): Read[] =>
      group === from || (from === 'needs' && group === 'jobs')
        ? [{ of: a ?? b ?? '', name: c ?? d ?? null, pointer, text: found }]
        : [],
    ),
    ...[...text.trim().matchAll(all)].flatMap(([found, group]): Read[] =>
      group === from ? [{ of: '*', name: null, pointer, text: found }] : [],
    ),
  ]);
}
