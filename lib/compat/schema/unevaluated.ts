import { isObject, type JsonValue } from '../../json.ts';
import { type Place, Undecided } from './document.ts';
import { type Formula, Kind } from './formula.ts';
import { Node } from './node.ts';
import type { Parser } from './parse.ts';

/** What a schema, when it holds, marks as evaluated, and under which condition. */
interface Covered {
  when: Formula;
  names: Formula;
  /** Items before this index. */
  items: number;
}

const maxConditions = 6;
const all = Number.POSITIVE_INFINITY;

/** `unevaluatedProperties`, split over which of the schema's own branches hold. */
export function unevaluatedProperties(parser: Parser, node: Node): Formula {
  const { formulas } = parser;
  const of = node.schema('unevaluatedProperties');
  return overConditions(parser, node, 'unevaluatedProperties', (covered) =>
    node.literal('unevaluatedProperties', Kind.object, {
      is: 'eachMember',
      names: formulas.not(formulas.or(covered.map(({ names }) => names))),
      of,
    }),
  );
}

/**
 * `unevaluatedItems`, likewise. Whether `contains` evaluates the items it counts (2020-12) or all of them (Ajv) is not
 * decided here.
 */
export function unevaluatedItems(parser: Parser, node: Node): Formula {
  const of = node.schema('unevaluatedItems');
  return overConditions(parser, node, 'unevaluatedItems', (covered) =>
    node.literal('unevaluatedItems', Kind.array, {
      is: 'every',
      from: Math.max(0, ...covered.map(({ items }) => items)),
      to: all,
      of,
    }),
  );
}

function overConditions(
  parser: Parser,
  node: Node,
  keyword: string,
  rest: (covered: Covered[]) => Formula,
): Formula {
  const { formulas } = parser;
  let covered: Covered[];
  try {
    covered = [...coverage(parser, node, formulas.true, { self: keyword, done: new Set() }, new Set())];
  } catch (error) {
    if (!(error instanceof Undecided) || error.why.keyword !== keyword) throw error;
    return parser.opaque(node.place, keyword, error.why.reason);
  }
  const conditions = [...new Set(covered.map(({ when }) => when))].filter((when) => when !== formulas.true);
  // Ajv 8 overlooks `items` in a branch of `anyOf` and its like.
  if (
    keyword === 'unevaluatedItems' &&
    covered.some(({ when, items }) => when !== formulas.true && items === all)
  )
    return parser.opaque(
      node.place,
      keyword,
      `validators differ on '${keyword}' next to a branch with 'items'`,
    );
  if (conditions.length > maxConditions)
    return parser.opaque(node.place, keyword, `'${keyword}' depends on ${conditions.length} branches`);
  const holds: Formula[] = [];
  const fails: Formula[] = [];
  for (let choice = 0; choice < 2 ** conditions.length; choice++) {
    const isChosen = (when: Formula): boolean =>
      when === formulas.true || (choice & (2 ** conditions.indexOf(when))) !== 0;
    const branch = conditions.map((when) => (isChosen(when) ? when : formulas.not(when)));
    const constraint = rest(covered.filter(({ when }) => isChosen(when)));
    holds.push(formulas.and([...branch, constraint]));
    fails.push(formulas.and([...branch, formulas.not(constraint)]));
  }
  return formulas.define(formulas.or(holds), formulas.or(fails));
}

interface Task {
  self: string;
  /** What was looked at, and under which condition. */
  done: Set<string>;
}

function* coverage(
  parser: Parser,
  node: Node,
  when: Formula,
  task: Task,
  seen: ReadonlySet<string>,
): Generator<Covered> {
  const { self, done } = task;
  const { formulas } = parser;
  const nothing: Covered = { when, names: formulas.false, items: 0 };
  const isOuter = seen.size === 0;
  if (seen.has(node.place.pointer))
    throw new Undecided({
      reason: `'${self}' in a recursive schema`,
      pointer: node.place.pointer,
      keyword: self,
    });
  formulas.work.spend(4 + seen.size);
  // Met before under the same condition: it covers nothing more.
  const key = `${isOuter} ${when.id} ${node.place.pointer}`;
  if (done.has(key)) return;
  done.add(key);
  const inner = new Set([...seen, node.place.pointer]);
  const into = function* (schema: JsonValue | undefined, condition: Formula, ...path: (string | number)[]) {
    if (isObject(schema))
      yield* coverage(
        parser,
        new Node(parser, parser.inside(node.place, schema, ...path), schema),
        condition,
        task,
        inner,
      );
  };

  yield { ...nothing, names: parser.namedMembers(node) };
  if (node.has('additionalProperties') || (!isOuter && node.has('unevaluatedProperties')))
    yield { ...nothing, names: formulas.true };
  const { tuple, rest } = parser.itemKeywords(node);
  if (tuple) yield { ...nothing, items: node.list(tuple).length };
  if ((rest && node.has(rest)) || (!isOuter && node.has('unevaluatedItems')))
    yield { ...nothing, items: all };
  if (node.has('contains') && self === 'unevaluatedItems' && parser.document.dialect.draft === '2020-12')
    throw new Undecided({
      reason: "validators differ on which items a 'contains' next to 'unevaluatedItems' evaluates",
      pointer: node.place.pointer,
      keyword: self,
    });

  for (const keyword of ['$ref', '$dynamicRef', '$recursiveRef']) {
    if (!node.has(keyword) || !parser.knows(keyword)) continue;
    const target = keyword === '$ref' ? parser.follow(node, keyword) : undefined;
    if (target === undefined || 'op' in target)
      throw new Undecided({
        reason: `'${self}' next to a '${keyword}' that cannot be resolved`,
        pointer: node.place.pointer,
        keyword: self,
      });
    const place: Place = target;
    if (isObject(place.schema))
      yield* coverage(parser, new Node(parser, place, place.schema), when, task, inner);
  }
  for (const [index, schema] of node.list('allOf').entries()) yield* into(schema, when, 'allOf', index);
  for (const keyword of ['anyOf', 'oneOf'])
    for (const [index, schema] of node.list(keyword).entries()) {
      const holds = parser.read(parser.inside(node.place, schema, keyword, index));
      yield* into(schema, formulas.and([when, holds]), keyword, index);
    }
  if (node.has('if')) {
    const condition = node.schema('if');
    yield* into(node.get('if'), formulas.and([when, condition]), 'if');
    yield* into(node.get('then'), formulas.and([when, condition]), 'then');
    yield* into(node.get('else'), formulas.and([when, formulas.not(condition)]), 'else');
  }
  for (const keyword of ['dependentSchemas', 'dependencies'])
    for (const [key, schema] of node.entries(keyword)) {
      const has = formulas.not(formulas.literal(Kind.object, { is: 'lacks', key }));
      yield* into(schema, formulas.and([when, has]), keyword, key);
    }
}
