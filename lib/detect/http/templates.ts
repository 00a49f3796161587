/** How a framework writes a path. */
export type PathSyntax =
  /** `:id`, `:id(\\d+)`, `:id?`, `*`, `*rest`, `{*rest}`: Express, Koa, Fastify, Hono, NestJS. */
  | 'colon'
  /** `<id>`, `<int:id>`, `<path:rest>`: Flask, Django. */
  | 'angle'
  /** `{id}`, `{id:int}`, `{rest:path}`, `{id:[0-9]+}`, `{*rest}`, `{rest...}`: FastAPI, aiohttp, and most of Go, Java and Rust. */
  | 'brace'
  /** `[id]`, `[...rest]`, `[[...rest]]`, `(group)`: files of Next.js. */
  | 'file'
  /** `^invoices/(?P<id>\d+)/$`: Django's regular expressions. */
  | 'regexp';

/** Optional parts of a path that are taken out and left in, at most: each doubles the templates. */
const MOST_OPTIONAL = 4;

/**
 * The templates of a framework's path, `/invoices/{id}`: several where a part of it is optional. Undefined where it is written
 * in a way that is not known.
 */
export function templatesOf(path: string, syntax: PathSyntax): string[] | undefined {
  if (path.length > LONGEST) return undefined;
  if (syntax === 'colon') return colon(path)?.map(settled);
  if (syntax === 'regexp') return regexp(path)?.map(settled);
  const template = syntax === 'angle' ? angle(path) : syntax === 'file' ? file(path) : brace(path);
  return template === undefined ? undefined : [settled(template)];
}

const LONGEST = 2000;

/** One slash at the beginning and none doubled; names in it are plain words. */
const settled = (path: string): string => `/${path}`.replace(/\/{2,}/g, '/');

const angle = (path: string): string =>
  path.replace(/<(?:(\w+)(?:\([^()]*\))?:)?(\w+)>/g, (_, type, name) =>
    type === 'path' ? `{${name}*}` : `{${name}}`,
  );

function file(path: string): string {
  const parts = path.split('/').filter((part) => !/^(?:\(.*\)|@.*)$/.test(part));
  return parts
    .join('/')
    .replace(/\[{1,2}(?:\.{3})([\w-]+)\]{1,2}/g, '{$1*}')
    .replace(/\[([\w-]+)\]/g, '{$1}');
}

/** Braces may stand in one another: `{id:[0-9]{4}}`. */
function brace(path: string): string | undefined {
  let found = '';
  for (let i = 0; i < path.length; i++) {
    if (path[i] !== '{') {
      found += path[i];
      continue;
    }
    let depth = 0;
    let end = i;
    for (; end < path.length; end++) {
      if (path[end] === '{') depth++;
      else if (path[end] === '}' && --depth === 0) break;
    }
    if (depth !== 0) return undefined;
    const [, star = '', name = '', dots = '', type = ''] =
      /^(\*?)([\w-]*)(\.{3})?\s*(?::(.*))?$/s.exec(path.slice(i + 1, end)) ?? [];
    const isRest = star !== '' || dots !== '' || /^path$|(?:^|[^\\])\.[*+]\??\$?$/.test(type.trim());
    // Go's `{$}`: nothing more
    if (name !== '') found += isRest ? `{${name}*}` : `{${name}}`;
    else if (isRest) found += '{rest*}';
    else if (path.slice(i + 1, end) !== '$') return undefined;
    i = end;
  }
  return found;
}

/** Express's language and its kin, character by character. */
function colon(path: string): string[] | undefined {
  let all = [''];
  let optional = 0;
  let stars = 0;
  const add = (text: string): void => {
    all = all.map((before) => before + text);
  };
  for (let i = 0; i < path.length; ) {
    const rest = path.slice(i);
    const name = /^:([A-Za-z_]\w*)(\((?:[^()]|\([^()]*\))*\)|\{[^{}]*\})?([?*+])?/.exec(rest);
    const star = /^(?:\{\/?\*([A-Za-z_]\w*)?\}|\*([A-Za-z_]\w*)?|\(\.\*\)(?!\?))/.exec(rest);
    const group = /^\{([^{}*]*)\}/.exec(rest);
    if (name) {
      const [whole, word = '', shape = '', mark] = name;
      const isRest = mark === '*' || mark === '+' || /^[({]\.[*+][)}]$/.test(shape);
      const piece = isRest ? `{${word}*}` : `{${word}}`;
      if (mark === '?') {
        if (++optional > MOST_OPTIONAL) return undefined;
        all = [...all.map((before) => before.replace(/\/$/, '')), ...all.map((before) => before + piece)];
      } else add(piece);
      i += whole.length;
    } else if (star) {
      const [whole, inBraces, bare] = star;
      if (whole.startsWith('{/') && !all.every((before) => before.endsWith('/'))) add('/');
      add(`{${inBraces ?? bare ?? (stars === 0 ? 'rest' : `rest${stars}`)}*}`);
      stars++;
      i += whole.length;
    } else if (group) {
      const [whole, inner = ''] = group;
      const within = colon(inner);
      if (within === undefined || ++optional > MOST_OPTIONAL) return undefined;
      all = [...all, ...all.flatMap((before) => within.map((tail) => before + tail))];
      i += whole.length;
    } else if (/^[()?+[\]{}]/.test(rest)) return undefined;
    else {
      const plain = /^\\./.test(rest) ? 2 : 1;
      add(rest.slice(plain - 1, plain));
      i += plain;
    }
  }
  return [...new Set(all.map((text) => (text === '' ? '/' : text)))];
}

/** A regular expression of which every part outside groups is plain text. */
function regexp(pattern: string): string[] | undefined {
  let rest = pattern
    .replace(/^\^/, '')
    .replace(/^\/?/, '/')
    .replace(/(?:\$|\\Z)$/, '');
  const isOpen = !/(?:\$|\\Z)$/.test(pattern);
  let found = '';
  let count = 0;
  while (rest !== '') {
    const group = /^\((?:\?P?<(\w+)>|(?!\?))((?:[^()\\]|\\.|\([^()]*\))*)\)/.exec(rest);
    const slash = /^\/\?$/.exec(rest);
    const plain = /^(?:\\([./+*?$^()[\]{}|\\-])|([\w/~@:%=&,;!' -]))(?![*+?{])/.exec(rest);
    if (group) {
      const [whole, name = `p${count}`, shape = ''] = group;
      found +=
        /^\.[*+]\??$|^\[\^?[^\]]*\/[^\]]*\][*+]$/.test(shape) && !/\[\^[^\]]*\//.test(shape)
          ? `{${name}*}`
          : `{${name}}`;
      count++;
      rest = rest.slice(whole.length);
      if (/^[*+?{|]/.test(rest)) return undefined;
    } else if (slash) return [found === '' ? '/' : found, `${found}/`];
    else if (plain) {
      found += plain[1] ?? plain[2] ?? '';
      rest = rest.slice(plain[0].length);
    } else return undefined;
  }
  // Without its end it also matches what follows; nobody means that, except for prefixes.
  return isOpen && found === '' ? undefined : [found];
}
