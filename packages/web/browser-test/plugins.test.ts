import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { pluginWorkerPolicy } from '../dist/policy.js';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { type AppElement, chooseFiles, openPage, verdictIn } from './support/opened-page.ts';
import { analyzerModule, givePlugins } from './support/plugin-files.ts';
import { type Site, startSite } from './support/site.ts';

const root = new URL('../../../', import.meta.url);
const dump = fileURLToPath(new URL('fixtures/trixie-kaslr/dump.kdump', root));

describe('plug-ins in a browser', () => {
  if (chromiumPath === undefined) {
    it('not tried: no Chromium is here');
    return;
  }
  let site: Site;
  let browser: Browser;
  let page: Page;

  before(async () => {
    site = await startSite();
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });
  beforeEach(async () => {
    page = await openPage(browser, site.url);
  });
  afterEach(() => page.close());

  /** The data of an analyzer's answer. */
  const dataOf = (name: string): Promise<unknown> =>
    page.evaluate(async (analyzer) => {
      const { supervisor } = (document.querySelector('vm-app') as AppElement).model;
      return (await supervisor.call('analysisJson', { name: analyzer })).data;
    }, name);

  it('are the files that the example compiles to', async () => {
    const folder = new URL('examples/third-party-heuristic/dist-test/src/', root);
    const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
    const outcome = await givePlugins(page, {
      'index.js': textOf('index.js'),
      'acme-note.js': textOf('acme-note.js'),
    });
    expect(outcome).to.deep.equal({
      loaded: [{ file: 'index.js', name: 'acme', contributions: ["heuristic 'acme-note'"] }],
      failed: [],
    });
    await chooseFiles(page, dump);
    expect(await verdictIn(page)).to.have.property('confidence', 'certain');
  });

  it('run only after the user agreed', async () => {
    const asked = site.asked.length;
    await page.locator('input[type=file]').setInputFiles({
      name: 'never.js',
      mimeType: 'text/javascript',
      buffer: Buffer.from(analyzerModule('never', '')),
    });
    await page.getByRole('button', { name: 'Do not run' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await chooseFiles(page, dump);
    expect(site.asked.slice(asked)).not.to.include('/plugin-worker.js');
  });

  it('reach no server, no other page and no storage', async () => {
    const asked = site.asked.length;
    const body = `
      const tries = {
        own: () => fetch('${site.url}leak'),
        module: () => import(['${site.url}leak.js'][0]),
        other: () => fetch('http://127.0.0.1:9/leak'),
        code: () => new Function('return 1')(),
      };
      const doors = ['Worker', 'XMLHttpRequest', 'WebSocket', 'indexedDB', 'caches',
        'BroadcastChannel', 'EventSource'].filter((door) => globalThis[door] !== undefined);
      if (navigator.storage !== undefined) doors.push('storage');
      globalThis.reached ??= [];
      for (const [name, go] of Object.entries(tries)) {
        try {
          Promise.resolve(go()).then(() => globalThis.reached.push(name), () => undefined);
        } catch {}
      }
      yield { kind: 'progress', doing: 'trying', fraction: null };
      return { text: [], data: { doors, reached: globalThis.reached } };`;
    const { failed } = await givePlugins(page, { 'spy.js': analyzerModule('spy', body) });
    expect(failed).to.deep.equal([]);
    await chooseFiles(page, dump);
    await dataOf('spy');
    await page.waitForTimeout(200);
    // No try is refused at once: by the second time, all have ended.
    const again = await page.evaluate(async () => {
      const { supervisor } = (document.querySelector('vm-app') as AppElement).model;
      return (await supervisor.call('analysisJson', { name: 'spy' })).data;
    });
    expect(again).to.deep.equal({ doors: [], reached: [] });
    const later = site.asked.slice(asked).filter((path) => path.includes('leak'));
    expect(later).to.deep.equal([]);
  });

  it('find only what computes, and no door to the page', async () => {
    const body = `
      const names = [];
      for (let at = globalThis; at !== null; at = Object.getPrototypeOf(at)) {
        if (at === EventTarget.prototype || at === Object.prototype) continue;
        names.push(...Object.getOwnPropertyNames(at));
      }
      const there = names.filter((name) => /^[a-z]/.test(name) && globalThis[name] !== undefined);
      const doors = ['locks', 'storage', 'usb', 'hid', 'serial', 'serviceWorker', 'permissions']
        .filter((name) => navigator[name] !== undefined);
      yield { kind: 'progress', doing: 'looking', fraction: null };
      const methods = there.filter((name) => typeof globalThis[name] === 'function');
      return { text: [], data: { doors, methods: [...new Set(methods)].sort() } };`;
    await givePlugins(page, { 'spy.js': analyzerModule('spy', body) });
    await chooseFiles(page, dump);
    expect(await dataOf('spy')).to.deep.equal({
      doors: [],
      methods: `atob btoa clearInterval clearTimeout constructor decodeURI decodeURIComponent
        encodeURI encodeURIComponent escape eval fetch isFinite isNaN parseFloat parseInt
        queueMicrotask setInterval setTimeout structuredClone unescape`.split(/\s+/),
    });
  });

  it('reach no server through methods that they replaced', async () => {
    const asked = site.asked.length;
    const text = `String.prototype.startsWith = () => true;
      let refused = '';
      await fetch('${site.url}leak').catch((error) => { refused = String(error); });
      ${analyzerModule('spy', 'yield* []; return { text: [], data: refused };')}`;
    await givePlugins(page, { 'spy.js': text });
    await chooseFiles(page, dump);
    expect(await dataOf('spy')).to.equal('TypeError: a plug-in reaches no network');
    expect(site.asked.slice(asked)).not.to.include('/leak');
  });

  it('are refused where the server sends no policy for their worker', async () => {
    const open = await startSite({ policies: false });
    try {
      const other = await openPage(browser, open.url);
      const { loaded, failed } = await givePlugins(other, { 'a.js': analyzerModule('a', '') });
      expect(loaded).to.deep.equal([]);
      expect(failed[0]?.because).to.contain('sends no policy for plugin-worker.js');
      await chooseFiles(other, dump);
      expect(await verdictIn(other)).to.have.property('confidence', 'certain');
      await other.close();
    } finally {
      await open.stop();
    }
  });

  it('that fail are said on the empty page, and the focus comes back', async () => {
    await page.getByRole('button', { name: 'Choose files…' }).focus();
    const name = 'a\u202Esj.exe.js';
    const { failed } = await givePlugins(page, { [name]: 'export default 1' });
    expect(failed).to.have.length(1);
    const news = page.locator('vm-plugin-news [role=status]');
    await news.getByText('Plug-in a\\u{202e}sj.exe.js failed: ').waitFor();
    const focused = await page.evaluate(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement != null) {
        at = at.shadowRoot.activeElement;
      }
      return at?.textContent?.trim();
    });
    expect(focused).to.equal('Choose files…');
  });

  /** Policies that refuse code from text, and leave a way to some server. */
  const weak = [
    "script-src 'self' blob: 'wasm-unsafe-eval'",
    "default-src 'self' blob:",
    "require-trusted-types-for 'script'",
    `${pluginWorkerPolicy} https://example.com`,
    `${pluginWorkerPolicy}; report-uri /reports`,
  ];
  for (const policy of weak) {
    it(`are refused under ${policy.slice(-50)}`, async () => {
      const other = await startSite({ ofPluginWorker: policy });
      try {
        const weaker = await openPage(browser, other.url);
        const text = `await fetch('${other.url}leak').catch(() => undefined); export default {};`;
        const { failed } = await givePlugins(weaker, { 'a.js': text });
        expect(failed[0]?.because).to.contain(
          `only with this policy for plugin-worker.js: ${pluginWorkerPolicy}`,
        );
        expect(other.asked).not.to.include('/leak');
        await weaker.close();
      } finally {
        await other.stop();
      }
    });
  }

  it('are refused with the policy that they need where it allows no module', async () => {
    const policy = "script-src 'self' 'wasm-unsafe-eval'";
    const other = await startSite({ ofPluginWorker: policy });
    try {
      const stricter = await openPage(browser, other.url);
      const { failed } = await givePlugins(stricter, { 'a.js': analyzerModule('a', '') });
      expect(failed[0]?.because).to.contain(`policy for plugin-worker.js is "${policy}"`);
      expect(failed[0]?.because).to.contain(pluginWorkerPolicy);
      await stricter.close();
    } finally {
      await other.stop();
    }
  });
});
