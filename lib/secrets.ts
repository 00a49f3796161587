/**
 * The text with no secret in its URLs: logins, queries and fragments are left out, no matter who quotes them, git included. A JSON
 * pointer behind `#` stays, and the user name of ssh. Never throws.
 */
export const withoutSecrets = (text: string): string =>
  text.includes('@') || text.includes('://')
    ? text
        .replace(/([a-z][a-z0-9+.-]*):\/\/([^\s'"<>]*)/gi, (_url, scheme: string, rest: string) =>
          plain(scheme, rest),
        )
        .replace(/(?<![\w@/.:-])([\w.+-]+):[^\s'"@/]+@(?=[\w[-])/g, '$1:…@')
    : text;

function plain(scheme: string, rest: string): string {
  const authority = rest.split(/[/?#]/, 1)[0] ?? '';
  // A password may hold a slash: then what looks like a port is none.
  const isCut = !authority.includes('@') && /:(?!\d*$)/.test(authority) && !authority.startsWith('[');
  const end = isCut ? rest.lastIndexOf('@') : authority.lastIndexOf('@');
  const login = end < 0 ? '' : rest.slice(0, end);
  const user = /^(?:git\+)?ssh(?:\+git)?$/i.test(scheme) && login !== '' ? `${login.split(':', 1)[0]}@` : '';
  const place = rest.slice(end + 1);
  const [path = ''] = place.split(/[?#]/, 1);
  const more = place.slice(path.length);
  return `${scheme}://${user}${path}${more === '' || more.startsWith('#/') ? more : `${more[0]}…`}`;
}
