import { rmSync } from 'node:fs';
import t from 'tap';
import { hookWorld, type World } from './world.ts';

// `warn` never refuses, whatever is the matter with us, and says so in one line; `block` refuses what it could not look at.

const troubles: Record<string, { words: RegExp; make(world: World): Record<string, string> }> = {
  'an old node': {
    words: /node is version 12\.22\.12 \(.*\), git realm needs 20\.19 or later$/,
    make: ({ box }) => {
      box.write('old.cjs', "Object.defineProperty(process.versions, 'node', { value: '12.22.12' });\n");
      node(box, `exec '${process.execPath}' -r '${box.path('old.cjs')}' "$@"`);
      return {};
    },
  },
  'a node that crashes': {
    words: /SyntaxError: Unexpected token/,
    make: ({ box }) => {
      node(
        box,
        "printf '/x/launch.cjs:93\\n  a ??= b\\n\\nSyntaxError: Unexpected token\\n    at Module\\n' >&2; exit 1",
      );
      return {};
    },
  },
  'a node without memory': {
    words: /FATAL ERROR: Reached heap limit/,
    make: ({ box }) => {
      node(
        box,
        "printf '\\n<--- Last few GCs --->\\n\\nFATAL ERROR: Reached heap limit\\n' >&2; kill -ABRT $$",
      );
      return {};
    },
  },
  'a bundle that is gone': {
    words: /Error: ENOENT/,
    make: ({ box }) => {
      rmSync(box.path('program/libexec/git-realm/lib/hook.cjs'));
      return {};
    },
  },
  'a launcher that is gone': {
    words: /Error: Cannot find module/,
    make: ({ box }) => {
      rmSync(box.path('program/libexec/git-realm/lib/launch.cjs'));
      return {};
    },
  },
  'commands that are gone': {
    words: /failed/,
    make: ({ box }) => {
      rmSync(box.path('program/libexec/git-realm'), { recursive: true });
      return {};
    },
  },
  'a realm that is gone': {
    words: /realm/,
    make: ({ box }) => {
      rmSync(box.path('realm'), { recursive: true });
      return {};
    },
  },
};

function node(box: World['box'], text: string): void {
  box.write('counting/node', `#!/bin/sh\n${text}\n`, 0o755);
}

for (const line of [false, true])
  t.test(line ? "a hook manager's line" : 'our own hooks', async (t) => {
    // Both come to the same script: without REALM_NIGHTLY=1 the line meets a part of the troubles.
    const all = Object.entries(troubles);
    const met = line && process.env.REALM_NIGHTLY !== '1' ? all.filter((_, at) => at % 3 === 0) : all;
    for (const [name, { words, make }] of met)
      await t.test(name, async (t) => {
        const world = await hookWorld(t, { line });
        const env = make(world);
        const before = await world.head();
        await world.stage(true);
        const blocked = await world.git(['-c', 'realm.drift=block', 'commit', '-qm', 'x'], env);
        t.not(blocked.code, 0, blocked.stderr);
        t.equal(await world.head(), before, 'nothing was committed');
        const ran = await world.git(['commit', '-qm', 'x'], env);
        t.equal(ran.code, 0, ran.stderr);
        t.not(await world.head(), before);
        const said = ran.stderr.trimEnd().split('\n');
        t.equal(said.length, 1, ran.stderr);
        t.match(said[0], words);
      });

    await t.test('NODE_OPTIONS that break node, and another node first on PATH', async (t) => {
      const world = await hookWorld(t, { line });
      const old = world.box.write('old/node', '#!/bin/sh\necho old >&2\nexit 1\n', 0o755);
      await world.stage(true);
      const ran = await world.git(['commit', '-qm', 'x'], {
        NODE_OPTIONS: '--require /nonexistent/bootloader.js',
        PATH: `${old.slice(0, -'/node'.length)}:${world.box.env.PATH}`,
      });
      t.match(ran, { code: 0, stderr: /^git realm: this commit changes d\/c/ }, 'looked at all the same');
    });

    await t.test('the recorded node is gone: the one on PATH, or a line', async (t) => {
      const world = await hookWorld(t, { line });
      rmSync(world.box.path('counting'), { recursive: true });
      await world.stage(true);
      t.match(await world.git(['commit', '-qm', 'x']), {
        code: 0,
        stderr: /^git realm: this commit changes d\/c/,
      });
    });
  });

t.test('every entry point names the version of node that it needs, in one line', async (t) => {
  const { box } = await hookWorld(t);
  box.write('old.cjs', "Object.defineProperty(process.versions, 'node', { value: '18.20.8' });\n");
  node(box, `exec '${process.execPath}' -r '${box.path('old.cjs')}' "$@"`);
  const needs = /^error: node is version 18\.20\.8 \('.*'\), git realm needs 20\.19 or later\n$/;
  for (const args of [['status'], ['hook', 'pre-push-nothing'], ['help'], ['no-such-command']])
    t.match(
      await box.realm(args, { cwd: 'repo', expect: 'any' }),
      { code: 128, stderr: needs },
      args.join(' '),
    );
  const direct = box.path('program/libexec/git-realm/git-realm-list');
  t.match(await box.run(box.path('counting/node'), [direct], { expect: 'any' }), {
    code: 128,
    stderr: needs,
  });
});
