import { type Connection, type ConnectOptions, PACE } from '../../forge/connection.ts';
import type { GitConfig } from '../../git/config.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../open/context.ts';

interface Ways<Client> {
  connect(options: ConnectOptions): Connection<Client>;
  token(host: string, env: NodeJS.ProcessEnv, config: GitConfig): Promise<string>;
}

/** One login and one pace for all repositories of a host, as long as a command runs. */
export function connections<Client>({ connect, token }: Ways<Client>) {
  const all = new WeakMap<Context, Map<string, Connection<Client>>>();
  return (
    context: Context,
    { host, api }: Pick<ConnectOptions, 'host' | 'api'>,
    config: GitConfig,
  ): Connection<Client> => {
    const known = all.get(context) ?? new Map<string, Connection<Client>>();
    all.set(context, known);
    const pace = Number(config.get('realm.forgePace') ?? PACE);
    const made =
      known.get(api) ??
      connect({
        host,
        api,
        token: () => token(host, context.env, config),
        version: VERSION,
        note: context.note,
        pace: Number.isFinite(pace) && pace >= 0 ? pace : PACE,
      });
    known.set(api, made);
    return made;
  };
}
