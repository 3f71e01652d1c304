import { once } from 'node:events';
import { type OutgoingHttpHeaders, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { expect } from 'chai';
import { type Cluster, createCluster } from '../support/cluster.ts';
import { isNodeNewEnough, title } from '../support/node-version.ts';
import { readOpenMetrics } from '../support/open-metrics.ts';
import { type ServedFleet, serveRows } from '../support/served-fleet.ts';

for (const kind of ['pglite', 'postgres'] as const) {
  describe(`${title}: serve on ${kind}`, () => {
    let cluster: Cluster | undefined;
    let served: ServedFleet;

    before(async function () {
      if (!isNodeNewEnough) {
        this.skip();
      }
      cluster = kind === 'postgres' ? await createCluster() : undefined;
      if (kind === 'postgres' && cluster === undefined) {
        this.skip();
      }
      served = await serveRows(cluster?.url);
    });

    after(async () => {
      await served?.stop();
      cluster?.remove();
    });

    async function ask(
      path: string,
      { method = 'GET', headers = {} }: { method?: string; headers?: OutgoingHttpHeaders } = {},
    ) {
      const asked = request(new URL(path, served.url), { method, headers, agent: false }).end();
      const [response] = await once(asked, 'response');
      const { statusCode, headers: given } = response;
      return { status: statusCode, headers: given, body: await textOf(response) };
    }
    const json = async (path: string) => JSON.parse((await ask(path)).body);

    it('groups dumps by signature, the largest group first, with its trend', async () => {
      const { groups } = await json('/crashes.json');
      expect(groups).to.have.length(50);
      expect(groups[0]).to.include({ signature: 'v1-old', dumps: 3, thisWeek: 1, weekBefore: 2 });
      expect((await ask('/')).body).to.contain('1, down from 2');
    });

    it('pages through all groups once', async () => {
      const seen: string[] = [];
      let path: string | null = '/.json';
      while (path !== null) {
        const { groups, next }: { groups: { signature: string }[]; next: string | null } =
          await json(path);
        seen.push(...groups.map(({ signature }) => signature));
        path = next === null ? null : next.replace('?', '.json?');
      }
      expect(seen).to.have.length(63);
      expect(new Set(seen)).to.have.property('size', 63);
    });

    it('leaves out of "new this week" what was seen before', async () => {
      const { groups, next } = await json('/new.json');
      const rest = await json(next.replace('?', '.json?'));
      const all = [...groups, ...rest.groups].map(({ signature }) => signature);
      expect(all).to.have.length(62).and.not.to.include('v1-old');
    });

    it('chooses results by outcome, and pages by number', async () => {
      const { results } = await json('/results.json?outcome=crashed');
      expect(results).to.have.length(1);
      const first = await json('/results.json');
      const second = await json(first.next.replace('?', '.json?'));
      expect(first.results).to.have.length(50);
      expect(second.results).to.have.length(16);
      expect(second.results[0].number).to.be.below(first.results[49].number);
    });

    it('shows one report: evidence, damage, stack, log', async () => {
      const { body } = await ask('/results/1');
      for (const text of ['cr3-walk', 'truncated', 'panic+0x10', 'last line', '-0x1000']) {
        expect(body).to.contain(text);
      }
      expect(await json('/results/1.json')).to.have.nested.property('report.log.1', 'last line');
    });

    it('lets no text of a dump become markup, or reorder a line', async () => {
      for (const path of ['/', '/results', '/results/65', '/results/1', '/queue', '/new']) {
        const { body } = await ask(path);
        expect(body, path)
          .not.to.contain('<script')
          .and.not.contain('\u202e')
          .and.not.contain('\x1b');
      }
      expect((await ask('/results/65')).body)
        .to.contain('&lt;script&gt;')
        .and.contain('\\u{202e}');
    });

    it('shows no secret of an address', async () => {
      for (const path of ['/results', '/results/65', '/results/1']) {
        for (const form of ['', '.json']) {
          expect((await ask(path + form)).body, path + form).not.to.contain('secret');
        }
      }
    });

    it('links a dump at an https address to the browser page', async () => {
      const link = 'https://view.example/#url=https%3A%2F%2Fd.example%2Fy';
      expect((await ask('/results/66')).body).to.contain(`href="${link}"`);
      expect(await json('/results/66.json')).to.include({ inBrowser: link });
      expect(await json('/results/65.json')).to.include({ inBrowser: null });
    });

    it('gives metrics as OpenMetrics', async () => {
      const { headers, body } = await ask('/metrics');
      expect(headers['content-type']).to.equal(
        'application/openmetrics-text; version=1.0.0; charset=utf-8',
      );
      expect(readOpenMetrics(body)).to.deep.include({
        name: 'vmcorekit_fleet_results',
        labels: '{outcome="crashed"}',
        value: 1,
      });
    });

    it('refuses other methods, and names that are not its own', async () => {
      expect((await ask('/', { method: 'POST' })).status).to.equal(405);
      expect((await ask('/', { headers: { host: 'evil.example' } })).status).to.equal(421);
    });

    it('answers HEAD without a body, and JSON to who accepts only that', async () => {
      const head = await ask('/queue', { method: 'HEAD' });
      expect(head).to.include({ status: 200, body: '' });
      const { headers } = await ask('/queue', { headers: { accept: 'application/json' } });
      expect(headers['content-type']).to.equal('application/json; charset=utf-8');
    });

    it('says what is wrong with an address', async () => {
      for (const [path, status] of [
        ['/nothing', 404],
        ['/results/999999', 404],
        ['/results?since=yesterday', 400],
        ['/?after=1', 400],
        ['/results?before=-1', 400],
        ['/results?module=%00', 400],
        ['/results/../../etc/passwd', 404],
      ] as const) {
        expect((await ask(path)).status, path).to.equal(status);
      }
      expect(served.remarks).to.deep.equal([]);
    });

    it('allows no script, no frame and no other origin', async () => {
      const { headers } = await ask('/');
      expect(headers['content-security-policy'])
        .to.contain("default-src 'none'")
        .and.contain("frame-ancestors 'none'")
        .and.not.contain('script-src');
      expect(headers).to.include({ 'x-content-type-options': 'nosniff' });
      expect(headers).not.to.have.property('access-control-allow-origin');
    });
  });
}
