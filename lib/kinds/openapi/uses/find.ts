import type { Call } from './call.ts';
import type { Offer, Offered } from './offer.ts';
import { type Fit, fitOf, literalsIn } from './template.ts';

/** Which operation a call is one of. */
export type Found = { operation: Offered } | { missing: string; rule: string } | { why: string };

/** The operation that answers a call: the one whose path is written out most, as servers choose it. */
export function operationFor(call: Call, offer: Offer): Found {
  const found = call.operation === null ? byPath(call, offer) : byId(call.operation, offer);
  if (!('missing' in found) || offer.unread.length === 0) return found;
  return { why: `${offer.unread[0]}, so it may be offered all the same` };
}

function byPath(call: Call, offer: Offer): Found {
  const { operations } = offer;
  offer.steps.left -= operations.length;
  if (offer.steps.left < 0) return { why: 'there are too many operations and uses to compare' };
  const fits = operations.map((operation) => ({ operation, fit: fitWithServers(call, operation) }));
  const paths = fits.filter(({ fit }) => fit === 'in');
  const own = paths.filter(({ operation }) => answersMethod(operation, call.method));
  const [best] = own.sort((a, b) => literalsIn(b.operation.template) - literalsIn(a.operation.template));
  if (best !== undefined) return { operation: best.operation };
  const perhaps = fits.find(({ operation, fit }) => fit === 'some' && answersMethod(operation, call.method));
  if (perhaps !== undefined)
    return {
      why: `whether ${call.method} ${call.template} is ${perhaps.operation.operation.name} depends on what its path is at run time`,
    };
  if (paths.length > 0)
    return { missing: `${call.method} ${call.template}`, rule: 'openapi/operation-removed' };
  const longer = call.base?.startsWith('${')
    ? operations.find((operation) => endsLike(call, operation))
    : undefined;
  if (longer !== undefined)
    return {
      why: `${call.method} ${call.template} is ${longer.operation.name} if ${call.base} ends with the rest of its path: --with prefix=<path> says so`,
    };
  return { missing: `${call.method} ${call.template}`, rule: 'openapi/path-removed' };
}

/** A server answers HEAD as GET without its body, and OPTIONS by itself (RFC 9110, sections 9.3.2 and 9.3.7). */
const answersMethod = (operation: Offered, method: string): boolean =>
  operation.method === method || (method === 'HEAD' && operation.method === 'GET');

/** A path with what a server's address has before it, or without: where the base ends is not known. */
function fitWithServers({ template, base }: Call, { template: offered, prefixes }: Offered): Fit {
  const whole = prefixes.map((prefix) => fitOf(template, `${prefix}${offered}`));
  // Of a literal address the path is complete, so that a prefix of the server is a part of it.
  const isComplete = base !== null && !base.startsWith('${') && !prefixes.includes('');
  const all = isComplete ? whole : [...whole, fitOf(template, offered)];
  return all.includes('in') ? 'in' : all.includes('some') ? 'some' : 'none';
}

/** Whether the operation's path ends with the call's. */
function endsLike({ template, method }: Call, operation: Offered): boolean {
  if (!answersMethod(operation, method)) return false;
  const segments = operation.template.split('/');
  return segments.some((_, at) => at > 1 && fitOf(template, `/${segments.slice(at).join('/')}`) === 'in');
}

/** Generators spell an `operationId` in the manner of their language; without one they make it of method and path. */
function byId(name: string, { operations }: Offer): Found {
  const spelled = plain(name);
  const found = operations.filter(
    ({ id, method, template }) =>
      (id !== null && plain(id) === spelled) ||
      (id === null &&
        [`${method}${template}`, `${template}${method}`].some((made) => plain(made) === spelled)),
  );
  const [operation] = found;
  if (operation === undefined) return { missing: `operation ${name}`, rule: 'openapi/operation-removed' };
  if (found.length > 1) return { why: `several operations are called '${name}'` };
  return { operation };
}

const plain = (name: string): string => name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
