import { sameJson } from '../../../json.ts';
import { type Located, member } from './document.ts';
import type { Operation } from './operations.ts';
import { contentFor, contentOf } from './parameters.ts';
import type { Report } from './report.ts';

/** Does the new operation take every body that the old one took? */
export function bodies(old: Operation, now: Operation, report: Report): void {
  const before = old.document.resolve(member(old.place, 'requestBody'));
  const after = now.document.resolve(member(now.place, 'requestBody'));
  const where = `the request body of ${old.name}`;
  const wasRequired = before?.node.required === true;
  if (!before && !after) return;
  if (!after) {
    report.breaks('requestBody', now.place.pointer, old.name, `${where} is gone`, 'removed');
    return;
  }
  const required = after.node.required === true;
  if (required && !wasRequired) {
    const what = before ? `${where} is required now` : `${where} is new and required`;
    report.breaks('required', `${after.pointer}/required`, old.name, what, before ? 'changed' : 'added');
  } else if (!before) report.harmless('added', where);
  else if (wasRequired && !required) report.harmless('changed', `${where} is optional now`);
  if (!before) return;

  const takes = contentOf(after);
  const took = contentOf(before);
  for (const [type, media] of took) {
    const taken = contentFor(takes, type);
    if (!taken) {
      report.breaks(
        'content',
        `${after.pointer}/content`,
        type,
        `${where} may not be ${type} any more`,
        'removed',
      );
      continue;
    }
    report.part(where, () => {
      encodings(`${where} as ${type}`, media, taken, report);
      report.schemas(
        `${where} as ${type}`,
        'request',
        { document: old.document, place: member(media, 'schema') },
        { document: now.document, place: member(taken, 'schema') },
      );
    });
  }
  for (const type of takes.keys()) if (!took.has(type)) report.harmless('added', `${where} as ${type}`);
}

/** How the parts of a form are encoded is nothing that schemas say. */
function encodings(where: string, before: Located, after: Located, report: Report): void {
  const [was, is] = [member(before, 'encoding'), member(after, 'encoding')];
  if (!sameJson(was.node ?? {}, is.node ?? {}))
    report.unclear(`${where}: its encoding changed`, is.pointer, 'encoding');
}
