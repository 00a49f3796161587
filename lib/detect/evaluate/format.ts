import type { Call } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { type Located, partsOf, text, unknown, type Value } from './values.ts';

/** Python's `%` operator: `%s`, `%(name)s`. */
export function percent(format: Value, right: Located, e: Evaluator): Value[] {
  const literal = partsOf(format);
  const items = e.evaluate(right).some((value) => value.t === 'list') ? e.elements(right) : [right];
  let next = 0;
  const pieces: Value[][] = [];
  for (const part of literal) {
    if (typeof part !== 'string') {
      pieces.push([{ t: 'text', parts: [part] }]);
      continue;
    }
    for (const piece of part.split(/(%\([^)]*\)[-+ #0-9.]*[a-zA-Z]|%[-+ #0-9.]*[a-zA-Z%])/)) {
      if (piece === '%%') pieces.push([text('%')]);
      else if (/^%\(/.test(piece)) {
        const found = e.entry(right, piece.slice(2, piece.indexOf(')')));
        pieces.push(found ? e.evaluate(found) : [unknown('not in the mapping', piece)]);
      } else if (/^%[-+ #0-9.]*[a-zA-Z]$/.test(piece)) {
        const item = items[next++];
        pieces.push(item ? e.evaluate(item) : [unknown('no value for it', piece)]);
      } else pieces.push([text(piece)]);
    }
  }
  return e.concat(pieces);
}

/** Python's `string.Template`: `$name` and `${name}`. */
export function dollars(format: Value, call: Call, at: Located, e: Evaluator): Value[] {
  const pieces = partsOf(format).flatMap((part): Value[][] => {
    if (typeof part !== 'string') return [[{ t: 'text', parts: [part] }]];
    return part.split(/(\$\$|\$\w+|\$\{\w+\})/).map((piece): Value[] => {
      if (piece === '$$') return [text('$')];
      const name = /^\$\{?(\w+)\}?$/.exec(piece)?.[1];
      if (name === undefined) return [text(piece)];
      const given = call.args.find((arg) => arg.name === name)?.value;
      return given ? e.evaluate({ ...at, expr: given }) : [unknown('no value for it', name)];
    });
  });
  return e.concat(pieces);
}

/** Python's `str.format` and Rust's `format!`: `{}`, `{0}`, `{name}`. */
export function braces(format: Value, call: Call, at: Located, e: Evaluator): Value[] {
  const positional = call.args.filter((arg) => arg.name === undefined).map((arg) => arg.value);
  let next = 0;
  const pieces: Value[][] = [];
  for (const part of partsOf(format)) {
    if (typeof part !== 'string') {
      pieces.push([{ t: 'text', parts: [part] }]);
      continue;
    }
    for (const piece of part.split(/(\{\{|\}\}|\{[^{}]*\})/)) {
      if (piece === '{{') pieces.push([text('{')]);
      else if (piece === '}}') pieces.push([text('}')]);
      else if (/^\{[^{}]*\}$/.test(piece)) {
        const name = /^[^:!.[]*/.exec(piece.slice(1, -1))?.[0].trim() ?? '';
        const arg =
          name === ''
            ? positional[next++]
            : /^\d+$/.test(name)
              ? positional[Number(name)]
              : call.args.find((candidate) => candidate.name === name)?.value;
        const spread = call.args.find((candidate) => candidate.name === '**')?.value;
        const entry = !arg && spread ? e.entry({ ...at, expr: spread }, name) : undefined;
        if (/:.*\d/.test(piece)) pieces.push([unknown('a formatted number', name)]);
        else if (arg) pieces.push(e.evaluate({ ...at, expr: arg }));
        else pieces.push(entry ? e.evaluate(entry) : [unknown('no value for it', name)]);
      } else pieces.push([text(piece)]);
    }
  }
  return e.concat(pieces);
}

/** C's conversions, as Go, Java and util.format have them: `%s`, `%05d`, `%1$s`, `%[1]s`. */
export function printf(format: Value, args: readonly Located[], e: Evaluator): Value[] {
  let next = 0;
  const pieces: Value[][] = [];
  for (const part of partsOf(format)) {
    if (typeof part !== 'string') {
      pieces.push([{ t: 'text', parts: [part] }]);
      continue;
    }
    for (const piece of part.split(/(%(?:\d+\$)?[-+ #0-9.*]*(?:\[\d+\])?[-+ #0-9.*]*[a-zA-Z%])/)) {
      if (piece === '%%') pieces.push([text('%')]);
      else if (/^%(?:\d+\$)?[-+ #0-9.*]*(?:\[\d+\])?[-+ #0-9.*]*[a-zA-Z]$/.test(piece)) {
        const chosen = (/^%(\d+)\$/.exec(piece) ?? /\[(\d+)\]/.exec(piece))?.[1];
        const at = chosen === undefined ? next : Number(chosen) - 1;
        // Java's chosen ones leave the count as it is.
        if (!piece.includes('$')) next = at + 1;
        const arg = args[at];
        const width = /\d/.test(piece.replace(/^%\d+\$|\[\d+\]/, ''));
        if (width) pieces.push([unknown('a formatted number', piece)]);
        else pieces.push(arg ? e.evaluate(arg) : [unknown('no value for it', piece)]);
      } else pieces.push([text(piece)]);
    }
  }
  return e.concat(pieces);
}

/** CloudFormation's `Sub` as a function: `${Name}` from keywords or the map beside it, `${AWS::Partition}` made plain. */
export function substituted(format: Value, call: Call, at: Located, e: Evaluator): Value[] {
  const [, variables] = call.args.filter((arg) => arg.name === undefined);
  const pieces = partsOf(format).flatMap((part): Value[][] => {
    if (typeof part !== 'string') return [[{ t: 'text', parts: [part] }]];
    return part.split(/(\$\{[^}]*\})/).map((piece): Value[] => {
      const name = /^\$\{([^}]*)\}$/.exec(piece)?.[1];
      if (name === undefined) return [text(piece)];
      if (name.startsWith('!')) return [text(`\${${name.slice(1)}}`)];
      if (name === 'AWS::Partition') return [text('aws')];
      const given = call.args.find((arg) => arg.name === name)?.value;
      const entry = variables && e.entry({ ...at, expr: variables.value }, name);
      if (given) return e.evaluate({ ...at, expr: given });
      return entry ? e.evaluate(entry) : [unknown('known only at deployment', name)];
    });
  });
  return e.concat(pieces);
}
