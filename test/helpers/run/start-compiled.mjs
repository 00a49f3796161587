// Imported into tap's runner: starts each test file as it was compiled (compile.ts), and nothing with it. Left to itself, tap
// imports loaders for mocks and for coverage into each test, and into each program that a test starts. They cost every one of
// them 0.2 to 0.5 s of processor time.

import children from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { join, relative } from 'node:path';

const compiled = process.env.REALM_COMPILED_TESTS;
const { spawn } = children;

children.spawn = (program, args, options) => {
  const file = args.find((word) => word.endsWith('.test.ts'));
  if (file === undefined) return spawn(program, args, options);
  // The certificates cost every start of node another 0.04 s; no test leaves this machine.
  const { NODE_OPTIONS, NODE_EXTRA_CA_CERTS, ...env } = options.env;
  const started = join(compiled, relative(process.cwd(), file).replace(/ts$/, 'js'));
  return spawn(program, ['--enable-source-maps', started], { ...options, env });
};
syncBuiltinESMExports();
