import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { type AppElement, chooseFiles, openPage, verdictIn } from './support/opened-page.ts';
import {
  analyzerModule,
  givePlugins,
  heuristicModule,
  setStepLimit,
} from './support/plugin-files.ts';
import { type Site, startSite } from './support/site.ts';

const dump = fileURLToPath(new URL('../../../fixtures/trixie-kaslr/dump.kdump', import.meta.url));

/** Long for a step of ours on a busy machine, and short for a test. */
const stepLimitInMilliseconds = 3000;

interface Verdict {
  readonly kernel: unknown;
  readonly notRun: readonly { readonly name: string; readonly because: string }[];
}

describe('a plug-in that hangs in a browser', () => {
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

  /** What an analyzer answers, or the code and sentence of its failure. */
  const analyze = (name: string): Promise<unknown> =>
    page.evaluate(async (analyzer) => {
      const { model } = document.querySelector('vm-app') as AppElement;
      try {
        return (await model.analysis(analyzer)).isAnswered;
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        return { code, message };
      }
    }, name);

  it('as a heuristic costs only itself, and the verdict names it', async () => {
    await chooseFiles(page, dump);
    const without = (await verdictIn(page)) as unknown as Verdict;
    await page.reload();
    await setStepLimit(page, stepLimitInMilliseconds);
    await givePlugins(page, { 'hang.js': heuristicModule('hang', 'for (;;) {}') });
    await chooseFiles(page, dump);
    const verdict = (await verdictIn(page)) as unknown as Verdict;
    expect(verdict.kernel).to.deep.equal(without.kernel);
    const [row] = verdict.notRun.filter(({ name }) => name === 'hang');
    expect(row?.because).to.match(/^hung for 3 s$/);
    expect(await analyze('kernel-log')).to.equal(true);
  });

  it('as an analyzer fails alone, while the calls beside it are answered', async () => {
    await setStepLimit(page, stepLimitInMilliseconds);
    await givePlugins(page, { 'hang.js': analyzerModule('hang', 'for (;;) {}') });
    await chooseFiles(page, dump);
    const [hung, other] = await Promise.all([analyze('hang'), analyze('kernel-log')]);
    expect(hung).to.deep.equal({
      code: 'timed-out',
      message: "analyzer 'hang' ran past its time limit of 3000 ms",
    });
    expect(other).to.equal(true);
  });

  it('while it is loaded is named, and the dump is read without it', async () => {
    await setStepLimit(page, stepLimitInMilliseconds);
    const { loaded, failed } = await givePlugins(page, { 'hang.js': 'for (;;) {}' });
    expect(loaded).to.deep.equal([]);
    expect(failed).to.deep.equal([
      { file: 'hang.js', because: 'it hung for 3 s while it was loaded' },
    ]);
    await chooseFiles(page, dump);
    expect(await verdictIn(page)).to.have.property('confidence', 'certain');
  });

  it('as a format that is asked for its files leaves them to the others', async () => {
    await setStepLimit(page, stepLimitInMilliseconds);
    const text = `export default { name: 'mine', formats: [{
      name: 'hang', summary: 'played', probe() { for (;;) {} }, open() {},
    }] };`;
    await givePlugins(page, { 'hang.js': text });
    await chooseFiles(page, dump);
    expect(await verdictIn(page)).to.have.property('confidence', 'certain');
  });

  it('ends when it is cancelled, and the next call is answered', async () => {
    await givePlugins(page, { 'hang.js': analyzerModule('hang', 'for (;;) {}') });
    await chooseFiles(page, dump);
    const code = await page.evaluate(async () => {
      const { supervisor } = (document.querySelector('vm-app') as AppElement).model;
      const controller = new AbortController();
      const call = supervisor.call('analyze', { name: 'hang' }, { signal: controller.signal });
      window.setTimeout(() => controller.abort(), 200);
      return await call.then(
        () => 'answered',
        (error: { code: string }) => error.code,
      );
    });
    expect(code).to.equal('cancelled');
    expect(await analyze('kernel-log')).to.equal(true);
  });

  /** Why plug-ins are left out, once one is. */
  const reasonLeftOut = async (): Promise<string> => {
    const reason = await page.waitForFunction(
      () =>
        (document.querySelector('vm-app') as AppElement).model.plugins.outcome?.failed[0]?.because,
    );
    return (await reason.jsonValue()) ?? '';
  };

  it('that throws in a timer is left out and named, and the dump is read', async () => {
    const text = `setInterval(() => { throw new Error('later'); }, 50);
      ${analyzerModule('later', '')}`;
    await givePlugins(page, { 'later.js': text });
    await chooseFiles(page, dump);
    expect(await verdictIn(page)).to.have.property('confidence', 'certain');
    expect(await reasonLeftOut()).to.equal('it threw an error outside of its steps: Error: later');
  });

  it('in a timer is noticed by its silence, and the dump is read without it', async () => {
    await setStepLimit(page, stepLimitInMilliseconds);
    const text = `setTimeout(() => { for (;;) {} }, 300); ${analyzerModule('late', '')}`;
    await givePlugins(page, { 'late.js': text });
    await page.waitForTimeout(400);
    await chooseFiles(page, dump);
    expect(await verdictIn(page)).to.have.property('confidence', 'certain');
    expect(await reasonLeftOut()).to.contain('took no message for 9000 ms');
  });

  it('in an await of its module does not hang every dump again', async () => {
    await setStepLimit(page, stepLimitInMilliseconds);
    await givePlugins(page, { 'wait.js': 'await new Promise(() => undefined);' });
    for (const _ of [1, 2]) {
      const asked = site.asked.length;
      await chooseFiles(page, dump);
      expect(await verdictIn(page)).to.have.property('confidence', 'certain');
      expect(site.asked.slice(asked)).not.to.include('/plugin-worker.js');
    }
    expect(await reasonLeftOut()).to.equal('it hung for 3 s while it was loaded');
  });

  it('as an analyzer that throws in a timer ends, and other calls are answered', async () => {
    const text = analyzerModule(
      'die',
      `setTimeout(() => { throw new Error('out of memory'); }, 0);
      const end = performance.now() + 30;
      for (;;) { while (performance.now() < end) {} yield { kind: 'progress', doing: '' }; }`,
    );
    await givePlugins(page, { 'die.js': text });
    await chooseFiles(page, dump);
    const failure = (await analyze('die')) as { message: string };
    expect(failure.message).to.contain("no analyzer is called 'die'");
    expect(await reasonLeftOut()).to.contain('out of memory');
    expect(await analyze('kernel-log')).to.equal(true);
  });
});
