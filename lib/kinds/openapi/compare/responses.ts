import { isObject } from '../../../json.ts';
import { type Located, member, members } from './document.ts';
import type { Operation } from './operations.ts';
import { contentFor, contentOf } from './parameters.ts';
import type { Report } from './report.ts';

/**
 * Can whoever reads the old responses read the new ones? A success that is gone, or one that nobody was told of, breaks.
 * Statuses of 400 and more may come and go: a client has to understand the class of any status (RFC 9110, section 15), and
 * what is said of their content is compared where both sides say it.
 */
export function responses(old: Operation, now: Operation, report: Report): void {
  const before = statuses(old);
  const after = statuses(now);
  for (const status of before.keys()) {
    if (after.has(status) || isSuccess(status) === false) continue;
    if (status === 'default' || after.has(rangeOf(status)) || after.has('default')) continue;
    report.breaks(
      'responses',
      `${now.place.pointer}/responses`,
      status,
      `response ${status} of ${old.name} is gone`,
      'removed',
    );
  }
  for (const [status, is] of after) {
    const counterparts = counterpartsOf(status, before, after);
    const where = `response ${status} of ${now.name}`;
    if (counterparts.length === 0) {
      if (isSuccess(status)) report.breaks('responses', is.pointer, status, `${where} is new`, 'added');
      else report.harmless('added', where);
    }
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
      ([one]) => one !== 'default' && !after.has(one) && !after.has(rangeOf(one)),
    );
    return [...(exact ? [exact] : []), ...unnamed.map(([, place]) => place)];
  }
  if (/^[1-5]XX$/.test(status)) {
    const single = [...before].filter(
      ([one]) => one !== status && rangeOf(one) === status && !after.has(one),
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
  const sent = contentOf(is);
  const read = contentOf(was);
  for (const [type, media] of read) {
    const offered = contentFor(sent, type);
    if (!offered) {
      report.breaks(
        'content',
        `${is.pointer}/content`,
        type,
        `${where} is not sent as ${type} any more`,
        'removed',
      );
      continue;
    }
    report.part(where, () =>
      report.schemas(
        `${where} as ${type}`,
        'response',
        { document: now.document, place: member(offered, 'schema') },
        { document: old.document, place: member(media, 'schema') },
      ),
    );
  }
  for (const type of sent.keys())
    if (!contentFor(read, type)) report.harmless('added', `${where} as ${type}`);
  headers(where, old, was, now, is, report);
}

function headers(
  where: string,
  old: Operation,
  was: Located,
  now: Operation,
  is: Located,
  report: Report,
): void {
  const sent = new Map(
    members(member(is, 'headers'), true).map(([name, place]) => [name.toLowerCase(), place]),
  );
  for (const [name, raw] of members(member(was, 'headers'), true)) {
    const before = old.document.resolve(raw);
    if (!before || name.toLowerCase() === 'content-type') continue;
    const found = sent.get(name.toLowerCase());
    const after = found ? now.document.resolve(found) : undefined;
    const promised = before.node.required === true;
    const what = `header '${name}' in ${where}`;
    if (!after) {
      if (promised) report.breaks('headers', `${is.pointer}/headers`, name, `${what} is gone`, 'removed');
      else report.harmless('removed', what);
      continue;
    }
    if (promised && after.node.required !== true) {
      report.breaks('required', `${after.pointer}/required`, name, `${what} is optional now`);
    }
    report.part(what, () =>
      report.schemas(
        what,
        'response',
        { document: now.document, place: member(after, 'schema') },
        { document: old.document, place: member(before, 'schema') },
      ),
    );
  }
}

function statuses({ document, place }: Operation): Map<string, Located> {
  const all = document.resolve(member(place, 'responses'));
  if (!all) return new Map();
  const known = members(all).filter(
    ([status, one]) => /^([1-5]\d\d|[1-5]XX|default)$/i.test(status) && isObject(one.node),
  );
  return new Map(known.map(([status, one]) => [status === 'default' ? status : status.toUpperCase(), one]));
}

const rangeOf = (status: string): string => `${status[0]}XX`;

/** Undefined for `default`, which may be either. */
const isSuccess = (status: string): boolean | undefined =>
  status === 'default' ? undefined : /^[123]/.test(status);
