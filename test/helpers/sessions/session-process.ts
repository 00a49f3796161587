// A session in a process of its own, until it is told to end: what `git realm session start --foreground` does, without the
// repository around it, so that hundreds can be had.
// usage: session-process <realm> <repo>

import { openSession } from '../../../lib/session/server.ts';

const [realm = '', repo = ''] = process.argv.slice(2);

const main = async (): Promise<void> => {
  const ended = new Promise((done) => process.once('SIGTERM', done));
  const session = await openSession(
    process.env,
    realm,
    {
      repo,
      started_at: '2026-01-24T10:00:00Z',
      kind: 'session',
      checkout: `/${repo}`,
      active_rfc: null,
      active_domains: [],
      exports_modified: [],
      imports_watching: [],
      watches: [],
    },
    () => {},
  );
  process.stdout.write('open\n');
  await ended;
  await session.close();
};

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
