import { readFileSync } from 'node:fs';
import t from 'tap';
import type { Report } from '../../lib/actions/view/report.ts';
import { reportHtml } from '../../lib/cli/render/report.ts';
import { letemcook } from '../helpers/world/story.ts';

t.test('the report shows graph, contracts and history, and needs nothing from outside', async (t) => {
  const { box, aperture, realm } = await letemcook(t);
  t.match(
    (await box.realm(['report', '-o', 'realm.html'], { cwd: aperture.path })).stdout,
    /^wrote realm.html$/m,
  );
  const html = readFileSync(`${aperture.path}/realm.html`, 'utf8');
  for (const due of [
    '<svg',
    's3-permissions',
    'fungal-image-analysis',
    '1.0.0',
    'r-current',
    'eric@example.com',
  ])
    t.ok(html.includes(due), due);
  t.notMatch(html.replaceAll('http://www.w3.org/2000/svg', ''), /https?:|<script|src=|url\(|@import/);
  t.match(
    (await box.realm(['report'], { cwd: realm.path })).stdout,
    /^<!doctype html>/,
    'inside the realm too',
  );
  t.match((await box.realm(['report', '--json'], { cwd: aperture.path })).json(), { realm: 'letemcook' });
  await box.realm(['report', '-n', 'many'], { cwd: aperture.path, expect: 129 });
});

t.test('hostile names and texts are shown, and never become markup', async (t) => {
  const evil = `"><img src=x onerror=alert(1)>'</title><script>alert(1)</script>&\u202e\x1b[31m`;
  const report: Report = {
    realm: evil,
    at: '2026-01-24T10:00:00Z',
    tip: null,
    graph: {
      realm: evil,
      nodes: [{ repo: evil, status: 'active', domains: [{ name: evil, role: undefined }] }],
      edges: [
        {
          provider: evil,
          consumer: `${evil}2`,
          domain: evil,
          contract: evil,
          version: evil,
          range: evil,
          resolved: evil,
          state: 'stale',
        },
      ],
      domains: [],
    },
    domains: [
      {
        name: evil,
        description: evil,
        archived: false,
        members: [{ repo: evil, role: 'consumer', joined: false }],
        contracts: [
          {
            name: evil,
            version: evil,
            owner: evil,
            description: evil,
            consumers: [{ repo: evil, range: evil, binding: evil, proof: 'unproved', state: 'stale' }],
          },
        ],
      },
    ],
    values: { [`${evil}/${evil}`]: { [evil]: [evil] } },
    history: [
      {
        oid: 'a',
        date: evil,
        author: { name: evil, email: evil },
        subject: evil,
        changes: [evil],
        op: null,
        repo: null,
      },
    ],
    more: true,
    changes: [
      {
        branch: evil,
        rfc: evil,
        repos: [
          { name: evil, status: evil, commits: 1, pull: { number: 1, url: 'javascript:alert(1)' } },
          { name: evil, status: evil, commits: 1, pull: { number: 2, url: `https://x/${evil}` } },
        ],
      },
    ],
  };
  const html = reportHtml(report);
  t.notMatch(html, /<script|<img|javascript:|\u202e|\x1b/);
  const known =
    /^(!doctype|\/?(html|head|meta|title|style|body|h[123]|p|div|table|tr|th|td|ol|ul|li|details|summary|pre|code|span|br|a|svg|rect|g|path|text|tspan|polygon|circle|line|marker|defs))$/;
  for (const [, tag = ''] of html.matchAll(/<(!?\/?[a-z0-9]+)/gi)) t.match(tag, known);
  t.match(html, /<a href="https:\/\/x\/&quot;&gt;/, 'only a web address becomes a link');
});
