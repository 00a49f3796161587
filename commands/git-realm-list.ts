import { listRealms } from '../lib/actions/open/in-realm.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm list`: the realms of the user's index. */
export default command({
  name: 'list',
  summary: 'List your realms and where their repos are checked out',
  async run(_args, _options, invocation) {
    const realms = await listRealms(contextOf(invocation));
    const text = realms.flatMap((realm) => [
      `${realm.name}: ${realm.url ?? realm.path ?? ''}`,
      ...Object.entries(realm.checkouts ?? {}).map(([repo, path]) => `  ${repo}: ${path}`),
    ]);
    return {
      result: { realms },
      text: text.length > 0 ? inLines(text) : 'no realms yet: git realm init, or git realm join',
    };
  },
});
