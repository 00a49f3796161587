import type { JsonValue } from '../../../json.ts';
import { readOffer } from './answer.ts';
import type { Offered } from './offer.ts';
import { fitOf } from './template.ts';

/** Where a document and the code that it describes differ, by operation: `GET /invoices/{id}`. */
export interface Beside {
  /** Routes of the code that the document does not have. */
  undocumented: string[];
  /** Operations of the document that no route answers. */
  notImplemented: string[];
  /** Why a route may be there although none was found: what of the code was not read. */
  unread: string[];
}

/**
 * Compares a document with one that was read from the code's routes: both directions, by method and by what their paths match, with
 * or without the prefix of a server. A text says why one of them cannot be read.
 */
export async function besideRoutes(document: JsonValue, routes: JsonValue): Promise<Beside | string> {
  const [written, read] = [await readOffer(document), await readOffer(routes)];
  if ('why' in written) return written.why;
  if ('why' in read) return read.why;
  return {
    undocumented: read.operations
      .filter((route) => !written.operations.some((operation) => answers(route, operation)))
      .map(({ operation }) => operation.name),
    notImplemented: written.operations
      .filter((operation) => !read.operations.some((route) => answers(route, operation)))
      .map(({ operation }) => operation.name),
    unread: read.unread,
  };
}

function answers(route: Offered, operation: Offered): boolean {
  if (route.method !== operation.method) return false;
  const asked = operation.template.replaceAll(/\{[^{}]*\}/g, '{}');
  return ['', ...operation.prefixes].some((prefix) => fitOf(`${prefix}${asked}`, route.template) === 'in');
}
