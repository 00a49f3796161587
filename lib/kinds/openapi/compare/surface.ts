import type { Work } from '../../../compat/schema/work.ts';
import { isObject, type JsonValue, pointerToken } from '../../../json.ts';
import type { Located, OpenapiDocument } from './document.ts';

/** Who reads or writes the data: what is `readOnly` is not a part of a request, what is `writeOnly` none of a response. */
export type Message = 'request' | 'response';

/** What is declared of one object, by all the schemas that hold of it. */
export interface Surface {
  declared: Set<string>;
  /** Required where they are not declared, or only in another branch of a choice. */
  undeclared: Set<string>;
  hidden: Set<string>;
  /** Some schema says itself what further properties may be. */
  open: boolean;
  /** Two schemas that both hold describe the same property or of the items. */
  overlaps: boolean;
  /** False where there was too much to look at. */
  complete: boolean;
}

/** Keywords whose schemas hold of the same value. */
export const inPlaceLists = ['allOf', 'anyOf', 'oneOf'];
/** A schema without any of these declares no properties. */
const ofObjects = new Set([
  ...inPlaceLists,
  ...['$ref', 'properties', 'required', 'items', 'prefixItems', 'contains', 'additionalProperties'],
  ...['patternProperties', 'unevaluatedProperties', 'if', 'then', 'else', 'dependentSchemas'],
  'dependentRequired',
]);

/** What the schemas that refer to one and the same object declare, together. */
export function surfaceOf(document: OpenapiDocument, start: Located, message: Message, work: Work): Surface {
  const surface: Surface = {
    declared: new Set(),
    undeclared: new Set(),
    hidden: new Set(),
    open: false,
    overlaps: false,
    complete: true,
  };
  if (isObject(start.node) && !Object.keys(start.node).some((keyword) => ofObjects.has(keyword))) {
    work.spend(1);
    return surface;
  }
  const seen = new Set<string>();
  const waiting: { place: Located; choices: Choices }[] = [{ place: start, choices: [] }];
  const declaredIn = new Map<string, Choices[]>();
  const requiredIn: { name: string; choices: Choices }[] = [];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { place, choices } = next;
    const { node, pointer } = place;
    if (!isObject(node) || seen.has(pointer)) continue;
    seen.add(pointer);
    work.spend(4 + sizeOf(node.properties) + sizeOf(node.required) + choices.length);
    if (seen.size > 200) return { ...surface, complete: false, overlaps: true };
    if (typeof node.$ref === 'string') {
      work.spend(2);
      waiting.push({ place: document.follow(node.$ref, pointer), choices });
      if (document.version === '3.0') continue;
    }
    const declare = (name: string): void => {
      const before = declaredIn.get(name);
      work.spend(before?.length ?? 0);
      if (before?.some((other) => !exclude(other, choices))) surface.overlaps = true;
      if (before) before.push(choices);
      else declaredIn.set(name, [choices]);
    };
    if (isObject(node.properties)) {
      for (const [name, property] of Object.entries(node.properties)) {
        declare(name);
        surface.declared.add(name);
        const at = `${pointer}/properties/${pointerToken(name)}`;
        // What one branch of a choice hides, another one may carry.
        if (choices.length === 0 && isHidden(document, message, { node: property, pointer: at }))
          surface.hidden.add(name);
      }
    }
    for (const keyword of ['items', 'prefixItems', 'contains']) {
      if (Object.hasOwn(node, keyword)) declare(` ${keyword}`);
    }
    for (const keyword of ['additionalProperties', 'patternProperties', 'unevaluatedProperties']) {
      if (!Object.hasOwn(node, keyword)) continue;
      surface.open = true;
      declare(' additional');
    }
    for (const name of Array.isArray(node.required) ? node.required : []) {
      if (typeof name === 'string') requiredIn.push({ name, choices });
    }
    for (const keyword of inPlaceLists) {
      const list = node[keyword];
      if (!Array.isArray(list)) continue;
      list.forEach((value, i) => {
        const own = { group: `${pointer}/${keyword}`, branch: i, exclusive: keyword === 'oneOf' };
        waiting.push({
          place: { node: value, pointer: `${pointer}/${keyword}/${i}` },
          choices: keyword === 'allOf' ? choices : [...choices, own],
        });
      });
    }
    if (
      ['if', 'then', 'else', 'dependentSchemas', 'dependentRequired'].some((keyword) =>
        Object.hasOwn(node, keyword),
      )
    ) {
      surface.overlaps = true;
    }
  }
  for (const { name, choices } of requiredIn) {
    work.spend(declaredIn.get(name)?.length ?? 0);
    const declared = (declaredIn.get(name) ?? []).some((other) => leads(other, choices));
    if (!declared) surface.undeclared.add(name);
  }
  return surface;
}

/** A property that this kind of message does not carry, as itself or what it refers to says. */
export function isHidden(document: OpenapiDocument, message: Message, place: Located): boolean {
  const flag = message === 'request' ? 'readOnly' : 'writeOnly';
  let here = place;
  for (let hops = 0; hops < 32 && isObject(here.node); hops++) {
    const { node } = here;
    if (node[flag] === true && (document.version !== '3.0' || node.$ref === undefined)) return true;
    const only = Array.isArray(node.allOf) && node.allOf.length === 1 ? node.allOf[0] : undefined;
    if (typeof node.$ref === 'string') here = document.follow(node.$ref, here.pointer);
    else if (only !== undefined) here = { node: only, pointer: `${here.pointer}/allOf/0` };
    else return false;
  }
  return false;
}

/** The branches of `oneOf` and `anyOf` that a schema stands in, from the outside. */
type Choices = readonly { group: string; branch: number; exclusive: boolean }[];

/** Different branches of one `oneOf` may share a name: only one of them holds. Anything else may contradict. */
function exclude(a: Choices, b: Choices): boolean {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]];
    if (left?.group !== right?.group) return false;
    if (left?.branch !== right?.branch) return left?.exclusive === true;
  }
  return false;
}

/** Does the first hold wherever the second does? */
const leads = (first: Choices, second: Choices): boolean =>
  first.every(({ group, branch }, i) => second[i]?.group === group && second[i]?.branch === branch);

const sizeOf = (node: JsonValue | undefined): number =>
  Array.isArray(node) ? node.length : isObject(node) ? Object.keys(node).length : 0;
