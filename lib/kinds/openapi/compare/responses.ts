import { isObject } from '../../../json.ts';
import { type Located, member, members } from './document.ts';
import type { Operation } from './operations.ts';
import { contentFor, contentOf, schemaKeys, withMedia } from './parameters.ts';
import type { Report } from './report.ts';

/**
 * Can anyone who reads the old responses read the new ones? Removing or adding a success status breaks.
 * Statuses of 400 and more may come and go: a client has to understand the class of any status (RFC 9110, section 15), and
 * what is said of their content is compared where both sides say it.
 */
export function responses(old: Operation, now: Operation, report: Report): void {
  const before = statuses(old);
  const after = statuses(now);
  for (const [status, was] of before) {
    if (after.has(status)) continue;
    const where = `${old.name} → ${status}`;
    const gone = { kind: 'removed', where, noun: 'response', old: was.pointer } as const;
    const covered = status === 'default' || after.has(rangeOf(status)) || after.has('default');
    if (isSuccess(status) === false || covered) {
      report.note({
        ...(covered
          ? ({ rule: 'response-status-merged', level: 'none' } as const)
          : ({ rule: 'error-response-removed', level: 'compatible' } as const)),
        ...gone,
      });
      continue;
    }
    const at = `${now.place.pointer}/responses`;
    report.note({
      rule: 'response-removed',
      level: 'breaking',
      ...gone,
      at,
      keyword: 'responses',
      witness: status,
    });
  }
  for (const [status, is] of after) {
    const counterparts = counterpartsOf(status, before, after);
    const where = `${now.name} → ${status}`;
    const come = { kind: 'added', where, noun: 'response', now: is.pointer } as const;
    if (counterparts.length === 0) {
      const success = isSuccess(status) === true;
      if (success)
        report.note({
          rule: 'response-added',
          level: 'breaking',
          ...come,
          keyword: 'responses',
          witness: status,
        });
      else report.note({ rule: 'error-response-added', level: 'compatible', ...come });
    } else if (!before.has(status)) report.note({ rule: 'response-status-split', level: 'none', ...come });
    for (const was of counterparts)
      report.part(where, () => compareResponse(where, old, was, now, is, report));
  }
}

/** The old responses that a client would read a status by. */
function counterpartsOf(
  status: string,
  before: Map<string, Located>,
  after: Map<string, Located>,
): Located[] {
  const exact = before.get(status);
  const fallback = before.get('default');
  if (status === 'default') {
    const unnamed = [...before].filter(
      ([code]) => code !== 'default' && !after.has(code) && !after.has(rangeOf(code)),
    );
    return [...(exact ? [exact] : []), ...unnamed.map(([, place]) => place)];
  }
  if (/^[1-5]XX$/.test(status)) {
    const single = [...before].filter(
      ([code]) => code !== status && rangeOf(code) === status && !after.has(code),
    );
    return [
      ...(exact ? [exact] : fallback && single.length === 0 ? [fallback] : []),
      ...single.map(([, place]) => place),
    ];
  }
  const found = exact ?? before.get(rangeOf(status)) ?? fallback;
  return found ? [found] : [];
}

function compareResponse(
  where: string,
  old: Operation,
  rawWas: Located,
  now: Operation,
  rawIs: Located,
  report: Report,
): void {
  const was = old.document.resolve(rawWas);
  const is = now.document.resolve(rawIs);
  if (!was || !is) return;
  report.words(where, was, is);
  const sent = contentOf(is);
  const read = contentOf(was);
  const named = new Set<string>();
  for (const [type, media] of read) {
    const offered = contentFor(sent, type);
    const place = withMedia(where, type);
    if (!offered) {
      report.note({
        ...{
          rule: 'response-media-type-removed',
          level: 'breaking',
          kind: 'removed',
          where: place,
          noun: `media type ${type}`,
        },
        ...{ old: media.pointer, at: `${is.pointer}/content`, keyword: 'content', witness: type },
      });
      continue;
    }
    report.part(place, () => {
      for (const key of schemaKeys(media, offered))
        report.schemas(
          { where: place, message: 'response', media: type, named },
          { document: now.document, place: member(offered, key) },
          { document: old.document, place: member(media, key) },
        );
    });
  }
  for (const [type, media] of sent) {
    if (contentFor(read, type)) continue;
    const noun = `media type ${type}`;
    report.note({
      rule: 'response-media-type-added',
      level: 'compatible',
      kind: 'added',
      where: withMedia(where, type),
      noun,
      now: media.pointer,
    });
  }
  headers(where, old, was, now, is, report);
}

function headers(
  place: string,
  old: Operation,
  was: Located,
  now: Operation,
  is: Located,
  report: Report,
): void {
  const [read, sent] = [headersOf(was), headersOf(is)];
  for (const [key, raw] of read) {
    const before = old.document.resolve(raw.place);
    if (!before) continue;
    const found = sent.get(key);
    const after = found ? now.document.resolve(found.place) : undefined;
    const where = `${place} → header '${raw.name}'`;
    if (!after) {
      report.note({
        ...{
          rule: 'response-header-removed',
          level: 'breaking',
          kind: 'removed',
          where,
          noun: 'response header',
        },
        ...{ old: raw.place.pointer, at: `${is.pointer}/headers`, keyword: 'headers', witness: raw.name },
      });
      continue;
    }
    const flag = { old: `${before.pointer}/required`, now: `${after.pointer}/required`, keyword: 'required' };
    const [promised, promises] = [before.node.required === true, after.node.required === true];
    const both = { kind: 'changed', where, noun: 'response header', ...flag } as const;
    if (promised && !promises)
      report.note({
        rule: 'response-header-became-optional',
        level: 'breaking',
        ...both,
        reason: 'it is now optional',
        witness: raw.name,
      });
    else if (promises && !promised)
      report.note({
        rule: 'response-header-became-required',
        level: 'compatible',
        ...both,
        reason: 'it is now always sent',
      });
    report.words(where, before, after);
    report.part(where, () =>
      report.schemas(
        { where, message: 'response' },
        { document: now.document, place: member(after, 'schema') },
        { document: old.document, place: member(before, 'schema') },
      ),
    );
  }
  for (const [key, { name, place: at }] of sent) {
    if (read.has(key)) continue;
    const where = `${place} → header '${name}'`;
    report.note({
      rule: 'response-header-added',
      level: 'compatible',
      kind: 'added',
      where,
      noun: 'response header',
      now: at.pointer,
    });
  }
}

/** The headers of a response by their name in small letters; the content's type is said elsewhere. */
function headersOf(response: Located): Map<string, { name: string; place: Located }> {
  return new Map(
    members(member(response, 'headers'), true)
      .filter(([name]) => name.toLowerCase() !== 'content-type')
      .map(([name, place]) => [name.toLowerCase(), { name, place }]),
  );
}

function statuses({ document, place }: Operation): Map<string, Located> {
  const all = document.resolve(member(place, 'responses'));
  if (!all) return new Map();
  const known = members(all).filter(
    ([status, located]) => /^([1-5]\d\d|[1-5]XX|default)$/i.test(status) && isObject(located.node),
  );
  return new Map(
    known.map(([status, located]) => [status === 'default' ? status : status.toUpperCase(), located]),
  );
}

const rangeOf = (status: string): string => `${status[0]}XX`;

/** Undefined for `default`, which may be either. */
const isSuccess = (status: string): boolean | undefined =>
  status === 'default' ? undefined : /^[123]/.test(status);
