import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const proto = (values: string): string =>
  `syntax = "proto3";\n// what a tile holds\npackage map.tiles.v1;\nmessage Tile {\n  string id = 1;\n  Surface surface = 2;\n}\nenum Surface {\n  SURFACE_UNKNOWN = 0;\n${values}}\n`;
const road = '  SURFACE_ROAD = 1;\n';
const water = '  SURFACE_WATER = 2;\n';

t.test(
  'protobuf definitions, and a map that keeps a copy: no kind reads them yet, and that is said',
  async (t) => {
    const box = sandbox(t);
    const { provider, contract, commit, check } = await pairOf(box, {
      provider: { 'tiles.proto': proto(road) },
      source: 'tiles.proto',
      exported: ['--kind', 'value', '--detector', 'protobuf'],
      consumer: { 'vendor/tiles.proto': proto(road) },
      binding: 'vendor/tiles.proto',
    });
    t.match(await contract(), /^kind: value$/m, 'a text that both hold');
    const asked = ['export', '--name', 'other', '--domain', 'd', '--source', 'tiles.proto'];
    const refused = await box.realm(asked, { cwd: provider.path, expect: 128 });
    t.match(refused.stderr, /it is a Protocol Buffers file/, 'nobody is told that it was understood');
    t.match(await check(), { code: 0, stdout: /1 import checked: 1 unproved/ }, 'nothing is called verified');
    t.equal(
      await commit(provider, 'comment', { 'tiles.proto': proto(road).replace('holds', 'has') }),
      '',
      'comments are nothing',
    );
    const said = await commit(provider, 'water', { 'tiles.proto': proto(road + water) });
    t.match(said, /this commit changes d\/c/);
    t.match(said, /SURFACE_WATER/, 'the two texts are told where they differ');
    t.match(said, /unknown for consumer/);
  },
);
