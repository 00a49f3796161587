import t from 'tap';
import { graphDot } from '../../lib/graph/dot.ts';
import { type Graph, graphOf } from '../../lib/graph/graph.ts';
import { graphMermaid } from '../../lib/graph/mermaid.ts';
import { graphText } from '../../lib/graph/text.ts';
import { realmView } from '../helpers/values/realm-view.ts';

const view = realmView({
  'repos/aperture.yaml': 'name: aperture\n',
  'repos/fungal.yaml': 'name: fungal\nstatus: active\n',
  'repos/lonely.yaml': 'name: lonely\n',
  'repos/old.yaml': 'name: old\nstatus: left\n',
  'domains/s3-access/domain.yaml': 'name: s3-access\nmembers: [aperture, fungal, ml-infra]\n',
  'domains/s3-access/contracts/paths.yaml': 'name: paths\nversion: 1.4.0\nowner: aperture\n',
  'domains/s3-access/contracts/unused.yaml': 'name: unused\nversion: 1.0.0\n',
  'domains/s3-access/bindings/aperture.yaml':
    'repo: aperture\nrole: provider\nexports:\n- contract: paths\n- contract: unused\n',
  'domains/s3-access/bindings/fungal.yaml':
    'repo: fungal\nrole: consumer\nimports:\n- contract: paths\n  version: ">=1.0.0"\n  resolved_version: 1.3.0\n- contract: gone\n  version: ^1\n',
  'domains/training/domain.yaml': 'name: training\nmembers: [fungal, ml-infra, watcher]\n',
  'domains/training/contracts/jobs.yaml': 'name: jobs\nversion: 2.0.0\nowner: fungal\n',
  'domains/training/bindings/fungal.yaml': 'repo: fungal\nrole: provider\nexports:\n- contract: jobs\n',
  'domains/training/bindings/ml-infra.yaml':
    'repo: ml-infra\nrole: consumer\nimports:\n- contract: jobs\n  version: ^2\n',
});
const graph = graphOf(view, {
  realm: 'letemcook',
  stateOf: ({ published }) => (published === undefined ? 'broken' : 'stale'),
});

t.test('nodes with their roles, edges with their state', async (t) => {
  t.strictSame(
    graph.nodes.map(
      ({ repo, status, domains }) =>
        `${repo} ${status} ${domains.map(({ name, role }) => `${name}:${role}`).join(' ')}`,
    ),
    [
      'aperture active s3-access:provider',
      'fungal active s3-access:consumer training:provider',
      'lonely active ',
      'ml-infra invited s3-access:undefined training:consumer',
      'watcher invited training:undefined',
    ],
  );
  t.strictSame(
    graph.edges.map(
      (edge) =>
        `${edge.provider} ${edge.contract} ${edge.version} ${edge.consumer} ${edge.range} ${edge.state}`,
    ),
    [
      'undefined gone undefined fungal ^1 broken',
      'aperture paths 1.4.0 fungal >=1.0.0 stale',
      'fungal jobs 2.0.0 ml-infra ^2 pending',
    ],
  );
  const drawn = graphOf(view, { realm: 'letemcook', stateOf: () => 'current', domains: ['training'] });
  t.strictSame(
    drawn.nodes.map(({ repo }) => repo),
    ['fungal', 'ml-infra', 'watcher'],
  );
});

t.test('as text', async (t) => {
  t.equal(
    graphText(graph),
    `realm letemcook

domain s3-access
  aperture exports paths 1.4.0
    → fungal imports >=1.0.0: stale (resolved at 1.3.0)
  aperture exports unused 1.0.0
    → no consumers yet
  gone (removed)
    → fungal imports ^1: broken
  also in it: ml-infra (invited)

domain training
  fungal exports jobs 2.0.0
    → ml-infra imports ^2: pending
  also in it: watcher (invited)

in no domain: lonely
`,
  );
});

t.test('as Mermaid and DOT', async (t) => {
  t.equal(
    graphMermaid(graph),
    `flowchart LR
  r0["aperture"]
  r1["fungal"]
  r2["lonely"]
  r3["ml-infra (invited)"]
  r4["watcher (invited)"]
  g0(["s3-access/gone: no exporter"])
  g0 --x|"s3-access/gone gone (^1, broken)"| r1
  r0 -.->|"s3-access/paths 1.4.0 (#62;#61;1.0.0, stale)"| r1
  r1 -.->|"training/jobs 2.0.0 (^2, pending)"| r3
  linkStyle 0 stroke:#c62828
  linkStyle 1 stroke:#b26a00
  linkStyle 2 stroke:#757575
`,
  );
  const dot = graphDot(graph);
  t.match(
    dot,
    '"aperture" -> "fungal" [label="s3-access/paths 1.4.0 (>=1.0.0, stale)", color="#b26a00", style=dashed];',
  );
  t.match(dot, '" s3-access/gone" [label="s3-access/gone: no exporter", shape=plaintext];');
});

const hostile = 'x"]; evil --> y\n%% "\\N\\" <script>`#quot;|&\u0000';

t.test('names from strangers stay names', async (t) => {
  const wild: Graph = {
    realm: hostile,
    nodes: [{ repo: hostile, status: 'active', domains: [{ name: hostile, role: 'both' }] }],
    edges: [
      {
        provider: hostile,
        consumer: hostile,
        domain: hostile,
        contract: hostile,
        version: hostile,
        range: hostile,
        resolved: hostile,
        state: 'stale',
      },
    ],
    domains: [
      { name: hostile, archived: false, contracts: [{ name: hostile, version: '1', owner: hostile }] },
    ],
  };
  const mermaid = graphMermaid(wild);
  t.equal(mermaid.split('\n').length, 5, 'no line but ours');
  for (const label of mermaid.match(/"(.*)"/g) ?? []) t.match(label, /^"[^"<>`\\[\]{}&]*"$/);
  const dot = graphDot(wild);
  t.equal(dot.split('\n').length, 8, 'no line but ours');
  for (const line of dot.split('\n').filter((line) => line.includes('evil')))
    t.match(
      line.replace(/"(?:[^"\\]|\\\\|\\")*"/g, 'Q'),
      /^ *(?:digraph Q \{|Q(?: -> Q)? \[label=Q(?:, color=Q, style=dashed)?\];)$/,
    );
});
