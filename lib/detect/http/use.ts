import type { JsonObject } from '../../json.ts';
import type { HttpCall } from './types.ts';

/** A call as the use that an import records: `GET /invoices/{}` with what it sends and reads. */
export function useOf({
  method,
  template,
  base,
  operation,
  query,
  sends,
  whole,
  reads,
}: HttpCall): JsonObject {
  return {
    subject: operation === undefined ? `${method} ${template}` : `operation ${operation}`,
    ...(base === null ? {} : { base }),
    ...(query === undefined || query.length === 0 ? {} : { query }),
    ...(sends === undefined || sends.length === 0 ? {} : { sends }),
    ...(whole === undefined || whole.length === 0 ? {} : { whole }),
    ...(reads === undefined || reads.length === 0 ? {} : { reads }),
  };
}
