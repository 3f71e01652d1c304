// Counts the frames that Chromium shows while the hex view of 1 TiB scrolls.
// npm run web:frames, after `npm run web` and `npm run web:test`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildElf, qemuElf } from '@vmcorekit/testing';
import { startBrowser } from '../dist-browser/support/browser.js';
import { chooseFiles, openPage } from '../dist-browser/support/opened-page.js';
import { startSite } from '../dist-browser/support/site.js';

const secondsOfEach = 5;
const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-frames-'));
const dump = join(folder, 'tebibyte.elf');
const data = Uint8Array.from({ length: 2 ** 23 }, (_, index) => (index * 37 + (index >> 9)) & 0xff);
const segments = [
  { p_type: 1, data },
  { p_type: 1, p_paddr: 2 ** 40, data },
];
writeFileSync(dump, buildElf(qemuElf(segments)).bytes);

const site = await startSite();
const browser = await startBrowser();
try {
  const page = await openPage(browser, site.url);
  await page.setViewportSize({ width: 1280, height: 1400 });
  await chooseFiles(page, dump);
  await page.locator('nav a[href="#/memory"]').click();
  await page.locator('vm-hex-grid #chosen').waitFor();
  const { x, y, width } = await page.locator('vm-hex-grid').boundingBox();
  const gestures = {
    'wheel, three rows a step': () => page.mouse.wheel(0, 60),
    'wheel, a page a step': () => page.mouse.wheel(0, 1200),
    'thumb, through all of it': (step) =>
      page.mouse.move(x + width - 8, y + 20 + ((step * 7) % 1200)),
  };
  for (const [name, move] of Object.entries(gestures)) {
    await page.mouse.move(x + (name.startsWith('thumb') ? width - 8 : 200), y + 14);
    if (name.startsWith('thumb')) {
      await page.mouse.down();
    }
    console.log(`${name}: ${await framesWhile(page, move)}`);
    await page.mouse.up();
  }
} finally {
  await browser.close();
  await site.stop();
  rmSync(folder, { recursive: true });
}

/** What Chromium's own trace says of the frames while something moves. */
async function framesWhile(page, move) {
  const client = await browser.newBrowserCDPSession();
  const events = [];
  client.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const ended = new Promise((resolve) => client.once('Tracing.tracingComplete', resolve));
  await client.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: [
        'devtools.timeline',
        'disabled-by-default-devtools.timeline',
        'disabled-by-default-devtools.timeline.frame',
        'cc',
      ],
    },
  });
  const until = performance.now() + secondsOfEach * 1000;
  for (let step = 0; performance.now() < until; step++) {
    await move(step);
    await page.waitForTimeout(8);
  }
  await client.send('Tracing.end');
  await ended;
  const named = (name) => events.filter((event) => event.name === name);
  const drawn = named('DrawFrame').length;
  const dropped = named('DroppedFrame').length;
  const [main] = named('FireAnimationFrame');
  // The time of the processor, not of the clock: it says the same on a busy machine.
  const cost = (kept, frames) =>
    events.filter(kept).reduce((sum, { tdur = 0 }) => sum + tdur / 1000, 0) / Math.max(1, frames);
  const onMain = ({ name, pid, tid }) =>
    name === 'RunTask' && pid === main?.pid && tid === main.tid;
  // A busy machine drops frames that the main thread has already made.
  const made = named('FireAnimationFrame').length;
  return (
    `${(drawn / secondsOfEach).toFixed(1)} frames a second drawn, ` +
    `${(dropped / secondsOfEach).toFixed(1)} dropped; the main thread works ` +
    `${cost(onMain, made).toFixed(1)} ms for each that it makes, ` +
    `painting takes ${cost(isOf('RasterTask'), drawn).toFixed(1)} ms`
  );
}

function isOf(wanted) {
  return ({ name }) => name === wanted;
}
