import { readFileSync } from 'node:fs';
import t from 'tap';
import type { EdgeState, Graph } from '../../lib/graph/graph.ts';
import { type Box, type Link, layered, type Placed } from '../../lib/graph/layout.ts';
import { graphSvg } from '../../lib/graph/svg.ts';
import { stopwatch } from '../helpers/bounds/cpu.ts';

/** A realm of `repos` repos and `imports` imports, the same for the same seed. */
function someGraph(repos: number, imports: number, seed: number): Graph {
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const names = Array.from(
    { length: repos },
    (_, at) => `repo-${at}${'-long'.repeat(Math.floor(random() * 4))}`,
  );
  const states: EdgeState[] = ['current', 'stale', 'broken', 'pending'];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return {
    realm: 'some',
    nodes: names.map((repo) => ({ repo, status: random() < 0.1 ? 'invited' : 'active', domains: [] })),
    edges: Array.from({ length: imports }, (_, at) => ({
      provider: random() < 0.03 ? undefined : pick(names),
      consumer: pick(names),
      domain: 'd',
      contract: `c${at}`,
      version: '1.0.0',
      range: '*',
      resolved: undefined,
      state: pick(states),
    })),
    domains: [],
  };
}

t.test('boxes do not overlap, links end at their boxes, everything is inside', async (t) => {
  for (const [repos, imports] of [
    [2, 1],
    [5, 6],
    [30, 45],
    [150, 300],
    [150, 149],
  ] as const) {
    const graph = someGraph(repos, imports, repos);
    const boxes: Box[] = graph.nodes.map(({ repo }) => ({
      id: repo,
      width: repo.length * 8 + 24,
      height: 30,
    }));
    const links: Link[] = graph.edges.flatMap(({ provider, consumer }) =>
      provider === undefined ? [] : [{ from: provider, to: consumer }],
    );
    const took = stopwatch();
    const layout = layered(boxes, links);
    t.ok(took() < 2000, `${repos} repos in time`);
    t.equal(layout.boxes.size, repos);
    const placed = [...layout.boxes.values()];
    t.notOk(overlap(placed), 'no two boxes overlap');
    t.ok(
      placed.every(
        (box) =>
          box.x >= 0 &&
          box.y >= 0 &&
          box.x + box.width <= layout.width &&
          box.y + box.height <= layout.height,
      ),
    );
    for (const [at, { from, to }] of links.entries()) {
      const route = layout.routes[at] ?? [];
      if (from === to) continue;
      if (!touches(layout.boxes.get(from), route[0]) || !touches(layout.boxes.get(to), route.at(-1)))
        t.fail(`${from} → ${to}`);
    }
    t.strictSame(layered(boxes, links), layout, 'the same again');
  }
});

function overlap(boxes: Placed[]): boolean {
  return boxes.some((a, at) =>
    boxes
      .slice(at + 1)
      .some(
        (b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
      ),
  );
}

function touches(box: Placed | undefined, point: { x: number; y: number } | undefined): boolean {
  if (!box || !point) return false;
  return [box.x, box.x + box.width].includes(point.x) && point.y >= box.y && point.y <= box.y + box.height;
}

t.test('without cycles, every link leads to the right', async (t) => {
  const boxes = Array.from({ length: 60 }, (_, at) => ({ id: String(at), width: 50, height: 30 }));
  const links = Array.from({ length: 120 }, (_, at) => ({
    from: String(at % 40),
    to: String((at % 40) + 1 + (at % 19)),
  }));
  const { boxes: placed } = layered(boxes, links);
  for (const { from, to } of links)
    if ((placed.get(from)?.x ?? 0) >= (placed.get(to)?.x ?? 0)) t.fail(`${from} → ${to}`);
  t.pass('all of them');
});

t.test(
  'one provider of a thousand, a chain of a thousand, and everybody with everybody end in time',
  async (t) => {
    const boxes = Array.from({ length: 1000 }, (_, at) => ({ id: String(at), width: 50, height: 30 }));
    const star = boxes.slice(1).map(({ id }) => ({ from: '0', to: id }));
    const chain = boxes.slice(1).map(({ id }, at) => ({ from: String(at), to: id }));
    const dense = Array.from({ length: 100 * 100 }, (_, at) => ({
      from: String(at % 100),
      to: String(Math.floor(at / 100)),
    }));
    const took = stopwatch();
    t.notOk(overlap([...layered(boxes, star).boxes.values()].slice(0, 300)));
    layered(boxes, chain);
    layered(boxes, [...chain, ...star, ...dense]);
    const ms = took();
    t.ok(ms < 15_000, `${Math.round(ms)} ms of processor time`);
  },
);

t.test('the drawing is well-formed, self-contained, and escapes names', async (t) => {
  const graph = someGraph(150, 200, 3);
  graph.nodes.push({ repo: '<script>alert(1)</script>&"\'\u0000\u001b[31m', status: 'invited', domains: [] });
  const svg = graphSvg(graph);
  wellFormed(svg);
  t.notMatch(svg, /<script|href|url\(|@import|xlink|on\w+=/);
  t.notMatch(svg, /[\x00-\x08\x0b-\x1f\x7f]/);
  t.match(svg, '&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;');
  for (const { repo } of someGraph(150, 0, 3).nodes)
    if (!svg.includes(`>${repo}`)) t.fail(`${repo} is missing`);
  t.ok(svg.length < 400_000, `${svg.length} bytes`);
  wellFormed(graphSvg({ realm: 'empty', nodes: [], edges: [], domains: [] }));
  wellFormed(graphSvg(someGraph(5, 0, 1)));

  function wellFormed(text: string): void {
    const open: string[] = [];
    let rest = text;
    rest = rest.replace(
      /<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>/g,
      (_tag, close: string, name: string, _attributes, empty: string) => {
        if (close) t.equal(open.pop(), name);
        else if (!empty) open.push(name);
        return '';
      },
    );
    t.strictSame(open, []);
    t.notMatch(rest, /[<]|&(?!amp;|lt;|gt;|quot;|#39;)/);
  }
});

t.test(
  'links at the same edge of a box lie beside each other, in the order of what they lead to',
  async (t) => {
    const boxes = ['hub', 'a', 'b', 'c', 'd'].map((id) => ({ id, width: 60, height: 30 }));
    const links = ['a', 'b', 'c', 'd'].map((to) => ({ from: 'hub', to }));
    const { boxes: placed, routes } = layered(boxes, links);
    const ends = links.map(({ to }, at) => ({ start: routes[at]?.[0]?.y ?? 0, end: placed.get(to)?.y ?? 0 }));
    ends.sort((a, b) => a.end - b.end);
    for (const [at, { start }] of ends.entries())
      if (at > 0) t.ok(start - (ends[at - 1]?.start ?? 0) >= 4, `${start} is below the one before`);
  },
);

t.test('labels cover no box and no other label; in a crowd the broken ones have theirs first', async (t) => {
  const svg = graphSvg(someGraph(150, 220, 7));
  const number = (text: string | undefined): number => Number(text);
  const boxes = [
    ...svg.matchAll(/<rect class="box[^"]*" x="([\d.]+)" y="([\d.]+)" width="(\d+)" height="30"/g),
  ].map(([, x, y, width]) => ({ x: number(x), y: number(y), width: number(width), height: 30 }));
  const labels = [
    ...svg.matchAll(/label of-(\w+)" text-anchor="middle" x="([\d.]+)" y="([\d.]+)">([^<]+)</g),
  ].map(([, state, x, y, text = '']) => {
    const width = text.length * 5.5;
    return { id: text, state, x: number(x) - width / 2, y: number(y) - 8, width, height: 10 };
  });
  t.ok(boxes.length >= 150);
  t.notOk(overlap([...boxes.map((box) => ({ ...box, id: '' })), ...labels]));
  const broken = new Set(someGraph(150, 220, 7).edges.filter(({ state }) => state === 'broken'));
  const shown = labels.filter(({ state }) => state === 'broken').length;
  t.comment(`${shown} of ${broken.size} broken imports are labelled, ${labels.length} in all`);
  t.ok(shown > broken.size * 0.6);
  t.notOk(labels.some(({ state }) => state === 'current'));
});

t.test('what a repo is shows in its box', async (t) => {
  const node = (repo: string, roles: ('provider' | 'consumer' | 'both' | undefined)[], invited = false) => ({
    repo,
    status: invited ? ('invited' as const) : ('active' as const),
    domains: roles.map((role, at) => ({ name: `d${at}`, role })),
  });
  const svg = graphSvg({
    realm: 'r',
    nodes: [
      node('gives', ['provider']),
      node('takes', ['consumer']),
      node('does', ['provider', 'consumer']),
      node('joint', ['both']),
      node('comes', ['provider'], true),
      node('sits', [undefined]),
    ],
    edges: [],
    domains: [],
  });
  const kinds = [...svg.matchAll(/<title>(\w+)[^<]*<\/title><rect class="([\w ]+)"/g)].map(
    ([, repo, kind]) => `${repo}: ${kind}`,
  );
  t.strictSame(kinds.sort(), [
    'comes: box provider absent',
    'does: box both',
    'gives: box provider',
    'joint: box both',
    'sits: box',
    'takes: box',
  ]);
});

t.test('few lines say what they carry; two that lie on each other do not hide it', async (t) => {
  const edge = (provider: string, consumer: string, contract: string) => ({
    provider,
    consumer,
    domain: 'd',
    contract,
    version: '1.0.0',
    range: '*',
    resolved: undefined,
    state: 'current' as const,
  });
  const nodes = ['a', 'b'].map((repo) => ({ repo, status: 'active' as const, domains: [] }));
  const svg = graphSvg({
    realm: 'r',
    nodes,
    edges: [edge('a', 'b', 'one'), edge('b', 'a', 'two')],
    domains: [],
  });
  const place = (label: string): string | undefined =>
    new RegExp(`x="[\\d.]+" y="[\\d.]+">${label} 1.0.0<`).exec(svg)?.[0].replace(/>.*/, '');
  t.ok(place('one') && place('two') && place('one') !== place('two'));
  t.match(svg, '<title>a → b\nd/one 1.0.0, imported as *: current</title>');
});

t.test('the picture in the README is drawn by this program', async (t) => {
  const domain = 's3-access';
  const svg = graphSvg({
    realm: 'letemcook',
    nodes: [
      { repo: 'aperture', status: 'active', domains: [{ name: domain, role: 'provider' }] },
      { repo: 'fungal-image-analysis', status: 'active', domains: [{ name: domain, role: 'consumer' }] },
    ],
    edges: [
      {
        provider: 'aperture',
        consumer: 'fungal-image-analysis',
        domain,
        contract: 's3-permissions',
        version: '1.1.0',
        range: '^1.0.0',
        resolved: '1.1.0',
        state: 'current',
      },
    ],
    domains: [],
  });
  t.equal(readFileSync('docs/realm.svg', 'utf8'), svg);
});
