import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import type { EdgeState, Graph } from '../../lib/graph/graph.ts';
import { graphSvg } from '../../lib/graph/svg.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { letemcook, writerOf } from '../helpers/world/story.ts';

const installed = ['chromium', 'chromium-browser', 'google-chrome']
  .map((name) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim())
  .find((path) => path !== '');

let browser: Browser | undefined;
t.teardown(() => browser?.close());

interface Opened {
  page: Page;
  /** What the page asked for, itself left out. */
  requests: string[];
  /** What it complained of. */
  complaints: string[];
}

/** A page in a real browser that reaches nothing but the file; `undefined` where none is installed. */
async function open(t: Test, file: string, scheme: 'light' | 'dark' = 'light'): Promise<Opened | undefined> {
  if (installed === undefined)
    return void t.pass('nothing was checked', { skip: 'SKIPPED: chromium is not installed' });
  const { chromium } = await import('playwright-core');
  browser ??= await chromium.launch({
    executablePath: installed,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width: 1200, height: 900 } });
  t.teardown(() => context.close());
  const url = pathToFileURL(file).href;
  const requests: string[] = [];
  await context.route('**', (route) => (route.request().url() === url ? route.continue() : route.abort()));
  const page = await context.newPage();
  page.on('request', (request) => request.url() === url || requests.push(request.url()));
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, requests, complaints };
}

/** Names that leave their boxes and labels that cover another text, by the browser's own measures. It runs in the page. */
const MISPLACED = `
  const area = (element) => element.getBoundingClientRect();
  const names = [...document.querySelectorAll('svg g > rect.box + text')];
  const escaped = names.filter((name) => {
    const box = area(name.previousElementSibling);
    return area(name).left < box.left || area(name).right > box.right;
  });
  const labels = [...document.querySelectorAll('svg text.label')];
  const covers = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;
  const covered = labels.filter((label) =>
    [...names, ...labels].some((other) => other !== label && covers(area(label), area(other))));
  [...escaped, ...covered].map((one) => one.textContent);
`;

const misplaced = (page: Page): Promise<string[]> => page.evaluate<string[]>(MISPLACED);

t.test(
  'the report in a browser: all of it is there, in light and dark, and nothing is fetched',
  async (t) => {
    const { box, aperture } = await letemcook(t);
    await box.realm(['worktree', '--rfc', 'model-cards', '--domain', 's3-access'], { cwd: aperture.path });
    await aperture.commit('metrics', {
      models: {
        training: {
          's3_paths.py': `${aperture.read('models/training/s3_paths.py')}\n\n${writerOf('metrics').replace(/^from.*\n/, '')}`,
        },
      },
    });
    await aperture.push();
    await box.realm(['sync'], { cwd: aperture.path });
    await box.realm(['report', '-o', box.path('realm.html')], { cwd: aperture.path });
    for (const scheme of ['light', 'dark'] as const) {
      const opened = await open(t, box.path('realm.html'), scheme);
      if (opened === undefined) return;
      const { page, requests, complaints } = opened;
      t.equal(await page.title(), 'Realm letemcook');
      const text = await page.locator('body').innerText();
      for (const due of [
        'Not current',
        'stale fungal-image-analysis',
        'feat/model-cards',
        'register repo aperture',
      ])
        t.match(text, due, `${scheme}: ${due}`);
      t.equal(await page.locator('table tr td').first().innerText(), 's3-permissions');
      t.equal(await page.locator('svg path.line.stale').count(), 2, 'the import and the legend');
      t.notOk(await page.getByText('jobs/*/masks/*').isVisible());
      await page.locator('summary').first().click();
      t.ok(await page.getByText('jobs/*/masks/*').isVisible(), 'a value opens without any script');
      t.strictSame(await misplaced(page), []);
      const [paper, ink] = await page.evaluate<number[]>(`
      const { backgroundColor, color } = getComputedStyle(document.body);
      [backgroundColor, color].map((one) => Number(/\\d+/.exec(one)));
    `);
      t.equal((paper ?? 0) < (ink ?? 0), scheme === 'dark');
      const fits = await page.evaluate('document.documentElement.scrollWidth <= innerWidth');
      t.ok(fits, 'no page-wide scrolling');
      t.strictSame(requests, []);
      t.strictSame(complaints, []);
    }
  },
);

/** Layers of services with a few hubs, as realms grow. */
function someRealm(repos: number): Graph {
  let seed = repos;
  const random = (): number => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const states: EdgeState[] = ['current', 'current', 'current', 'current', 'stale', 'broken', 'pending'];
  const name = (at: number): string => `${['api', 'worker', 'infrastructure', 'WWW', 'ml'][at % 5]}-${at}`;
  const edges = Array.from({ length: repos - 1 }, (_, at) => at + 1).flatMap((at) =>
    Array.from({ length: 1 + Math.floor(random() * 2) }, () => ({
      provider: name(Math.floor(random() * (random() < 0.3 ? Math.min(6, at) : at))),
      consumer: name(at),
      domain: 'd',
      contract: ['s3-permissions', 'events', 'users-api'][Math.floor(random() * 3)] ?? '',
      version: `1.${Math.floor(random() * 20)}.0`,
      range: '*',
      resolved: undefined,
      state: states[Math.floor(random() * states.length)] ?? 'current',
    })),
  );
  const nodes = Array.from({ length: repos }, (_, at) => ({
    repo: name(at),
    status: 'active' as const,
    domains: [{ name: 'd', role: 'both' as const }],
  }));
  return { realm: 'some', nodes, edges, domains: [] };
}

t.test('the drawing in a browser: names fit their boxes, no text covers another', async (t) => {
  const box = sandbox(t);
  for (const repos of [5, 20, 150]) {
    const file = box.path(`${repos}.svg`);
    const graph = someRealm(repos);
    writeFileSync(file, graphSvg(graph));
    const opened = await open(t, file);
    if (opened === undefined) return;
    t.equal(await opened.page.locator('g > rect.box').count(), repos);
    const labels = await opened.page.locator('text.label').count();
    const lines = await opened.page.locator('g path.line').count();
    t.ok(lines > 40 ? labels > lines / 4 : labels === lines, `${labels} of ${lines} lines are labelled`);
    t.strictSame(await misplaced(opened.page), [], `${repos} repos`);
    t.strictSame(opened.complaints, []);
  }
});
