import type { JsonValue } from '../../../json.ts';
import type { Content } from '../../types.ts';
import type { PlacedUse, UseAnswer, UseMissing } from '../../uses.ts';
import { type Located, member, members, Unread } from '../compare/document.ts';
import { contentOf } from '../compare/parameters.ts';
import { type Call, callOf } from './call.ts';
import { operationFor } from './find.ts';
import { type Offer, type Offered, offerOf } from './offer.ts';
import { declares, isClosed, requiredIn } from './shape.ts';

/** Does the document offer what each call uses: its operation, what it reads of the response, what it has to send? */
export async function answers({ schema }: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const offer = await readOffer(schema);
  return uses.map(({ use }): UseAnswer => {
    const call = callOf(use);
    if (call === undefined) return { answer: 'unknown', why: `'${use.subject}' is not an HTTP call` };
    return 'why' in offer ? { answer: 'unknown', why: offer.why } : answerOf(call, offer);
  });
}

/** As `offerOf`; what cannot be read is said in words. */
export async function readOffer(schema: JsonValue): Promise<Offer | { why: string }> {
  try {
    return await offerOf(schema);
  } catch (error) {
    if (error instanceof Unread) return { why: error.reason };
    throw error;
  }
}

/** What the document answers to one call. */
export function answerOf(call: Call, offer: Offer): UseAnswer {
  const found = operationFor(call, offer);
  if ('why' in found) return { answer: 'unknown', why: found.why };
  if ('missing' in found)
    return {
      answer: 'no',
      missing: [
        { why: `calls ${found.missing}, which is not offered`, witness: found.missing, rule: found.rule },
      ],
    };
  try {
    return shapeAnswer(call, found.operation);
  } catch (error) {
    if (error instanceof Unread) return { answer: 'unknown', why: error.reason };
    throw error;
  }
}

/** What is certain to be missing, and what cannot be decided. */
interface Findings {
  missing: UseMissing[];
  doubts: string[];
}

function shapeAnswer(call: Call, offered: Offered): UseAnswer {
  const all: Findings = { missing: [], doubts: [] };
  readsOf(call, offered, all);
  bodyOf(call, offered, all);
  parametersOf(call, offered, all);
  if (all.missing.length > 0) return { answer: 'no', missing: all.missing };
  const [why] = all.doubts;
  return why === undefined ? { answer: 'yes' } : { answer: 'unknown', why };
}

/** Each property that is read has to be declared by every successful response, as a client cannot choose which it gets. */
function readsOf({ reads }: Call, { operation }: Offered, { missing, doubts }: Findings): void {
  const { document, name } = operation;
  const schemas =
    reads.length === 0
      ? []
      : successes(operation.place).flatMap((response) => {
          const resolved = document.resolve(response);
          return resolved === undefined ? [] : jsonSchemas(resolved);
        });
  for (const path of reads) {
    const found = schemas.map((schema) => declares(document, schema, path));
    const isThere = found.length > 0 && !found.includes('no') && !found.includes('open');
    if (isThere) continue;
    if (found.includes('no') && !found.includes('yes'))
      missing.push({
        why: `reads '${path}' of ${name}, which its response does not have`,
        witness: path,
        rule: 'openapi/response-property-removed',
      });
    else if (found.includes('no')) doubts.push(`only some responses of ${name} have '${path}'`);
    else doubts.push(`${name} does not say what its response holds, so '${path}' may be missing`);
  }
}

/** The successful responses; the one for any status where there is none of its own. */
function successes(operation: Located): Located[] {
  const all = members(member(operation, 'responses'));
  const success = all.filter(([status]) => /^2(?:\d\d|XX)$/i.test(status));
  return (success.length > 0 ? success : all.filter(([status]) => status === 'default')).map(
    ([, place]) => place,
  );
}

/** The schemas of a message in JSON. One without content is not there: `204`. */
const jsonSchemas = (message: Located): Located[] =>
  [...contentOf(message)]
    .filter(([type]) => /json|^\*\/\*$/.test(type))
    .map(([, media]) => member(media, 'schema'));

function bodyOf(call: Call, { operation }: Offered, { missing, doubts }: Findings): void {
  const { document, name, place } = operation;
  const body = document.resolve(member(place, 'requestBody'));
  const isWhole = call.whole.has('body');
  if (body === undefined) return;
  const sent = new Set(call.sends.map((path) => path.split('.')[0] ?? path));
  if (isWhole && sent.size === 0 && body.node.required !== true) return;
  const [schema] = jsonSchemas(body);
  if (schema === undefined) {
    if (body.node.required === true && call.sends.length === 0)
      doubts.push(`${name} needs a body, which is not read`);
    return;
  }
  for (const required of requiredIn(document, schema)) {
    if (sent.has(required)) continue;
    if (isWhole)
      missing.push({
        why: `does not send '${required}', which ${name} requires`,
        witness: required,
        rule: 'openapi/request-required-property-added',
      });
    else doubts.push(`whether it sends '${required}', which ${name} requires, cannot be read`);
  }
  for (const path of call.sends)
    if (declares(document, schema, path) === 'no' && isClosed(document, schema))
      missing.push({
        why: `sends '${path}', which ${name} does not take`,
        witness: path,
        rule: 'openapi/request-property-removed',
      });
}

function parametersOf(call: Call, { operation, template }: Offered, { missing, doubts }: Findings): void {
  const { name } = operation;
  for (const parameter of operation.parameters) {
    const { node } = member(parameter.place, 'in');
    if (!parameter.required || node === 'path' || template.includes(`{${parameter.name}}`)) continue;
    if (node === 'query' && call.query.includes(parameter.name)) continue;
    if (node === 'query' && call.whole.has('query'))
      missing.push({
        why: `does not send the query parameter '${parameter.name}', which ${name} requires`,
        witness: parameter.name,
        rule: 'openapi/required-parameter-added',
      });
    else doubts.push(`whether it sends the ${parameter.where}, which ${name} requires, cannot be read`);
  }
}
