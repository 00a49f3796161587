import { member } from './document.ts';
import { compareParts } from './form-parts.ts';
import type { Operation } from './operations.ts';
import { contentFor, contentOf, schemaKeys, withMedia } from './parameters.ts';
import type { Report } from './report.ts';

/** Does the new operation take every body that the old one took? */
export function bodies(old: Operation, now: Operation, report: Report): void {
  const before = old.document.resolve(member(old.place, 'requestBody'));
  const after = now.document.resolve(member(now.place, 'requestBody'));
  const where = `${old.name} → request body`;
  const wasRequired = before?.node.required === true;
  if (!before && !after) return;
  if (!after) {
    report.note({
      ...{ rule: 'request-body-removed', level: 'breaking', kind: 'removed', where, noun: 'request body' },
      ...{ old: before?.pointer, at: now.place.pointer, keyword: 'requestBody', witness: old.name },
    });
    return;
  }
  const required = after.node.required === true;
  if (!before) {
    const rule = required ? 'required-request-body-added' : 'request-body-added';
    report.note({
      ...{ rule, level: required ? 'breaking' : 'compatible', kind: 'added', where, now: after.pointer },
      ...{
        noun: required ? 'required request body' : 'request body',
        keyword: 'required',
        witness: old.name,
      },
      at: `${after.pointer}/required`,
    });
    return;
  }
  const flag = { old: `${before.pointer}/required`, now: `${after.pointer}/required`, keyword: 'required' };
  if (required && !wasRequired) {
    const rule = 'request-body-became-required';
    const reason = 'it is now required';
    report.note({
      rule,
      level: 'breaking',
      kind: 'changed',
      where,
      noun: 'request body',
      reason,
      ...flag,
      witness: old.name,
    });
  } else if (wasRequired && !required) {
    const rule = 'request-body-became-optional';
    report.note({
      rule,
      level: 'compatible',
      kind: 'changed',
      where,
      noun: 'request body',
      reason: 'it is now optional',
      ...flag,
    });
  }
  report.words(where, before, after);

  const takes = contentOf(after);
  const took = contentOf(before);
  const named = new Set<string>();
  for (const [type, media] of took) {
    const taken = contentFor(takes, type);
    const place = withMedia(where, type);
    if (!taken) {
      report.note({
        ...{
          rule: 'request-media-type-removed',
          level: 'breaking',
          kind: 'removed',
          where: place,
          noun: `media type ${type}`,
        },
        ...{ old: media.pointer, at: `${after.pointer}/content`, keyword: 'content', witness: type },
      });
      continue;
    }
    report.part(place, () => {
      const [from, to] = [
        { document: old.document, place: media },
        { document: now.document, place: taken },
      ];
      compareParts(place, type, from, to, report);
      for (const key of schemaKeys(media, taken))
        report.schemas(
          { where: place, message: 'request', media: type, named },
          { document: old.document, place: member(media, key) },
          { document: now.document, place: member(taken, key) },
        );
    });
  }
  for (const [type, media] of takes) {
    if (took.has(type)) continue;
    const noun = `media type ${type}`;
    report.note({
      rule: 'request-media-type-added',
      level: 'compatible',
      kind: 'added',
      where: withMedia(where, type),
      noun,
      now: media.pointer,
    });
  }
}
