import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildElf, buildVmss, qemuElf } from '@vmcorekit/testing';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { contentSecurityPolicy } from '../dist/policy.js';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { axeFindings } from './support/findings.ts';
import { writeFlattened } from './support/flattened-file.ts';
import { guestDump } from './support/guests.ts';
import { type AppElement, phaseIn, verdictIn } from './support/opened-page.ts';
import { analyzerModule, givePlugins } from './support/plugin-files.ts';
import { cors, type RemoteServer, startRemote } from './support/remote-server.ts';
import { type Site, startSite } from './support/site.ts';
import { showView, viewsIn } from './support/views.ts';

const kaslr = fileURLToPath(new URL('../../../fixtures/trixie-kaslr/dump.kdump', import.meta.url));
const sizeInBytes = 24 * 1024 * 1024;
const flattenedSizeInBytes = 64 * 1024 * 1024;
/** As of a signed address. */
const secret = 'X-Signature=s3cr3t';

describe('a dump on a server, in the page', () => {
  if (chromiumPath === undefined) {
    it('not tried: no Chromium is here');
    return;
  }
  let site: Site;
  let remote: RemoteServer;
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
    remote = await startRemote();
    page = await browser.newPage({ serviceWorkers: 'block' });
  });
  afterEach(async () => {
    await page.close();
    await remote.stop();
  });

  /** Puts a file on the server, and returns its address without a query. */
  const serve = (path: string): string => {
    remote.files.set('/folder/dump', readFileSync(path));
    return `${remote.origin}/folder/dump`;
  };
  const agree = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Fetch', exact: true }).click();
    await page.waitForFunction(phaseIn, 'ready or failed');
  };
  const openLink = async (address: string): Promise<void> => {
    await page.goto(`${site.url}#url=${address}`);
    await agree();
  };
  const gets = (): RemoteServer['requests'] =>
    remote.requests.filter(({ method }) => method === 'GET');

  const compare = async (dump: string): Promise<void> => {
    const address = serve(dump);
    await openLink(address);
    const answer = await verdictIn(page);
    expect({ ...answer, statistics: null }).to.deep.equal({
      ...commandJson('probe', dump),
      file: address,
      statistics: null,
    });
    expect(gets().length).to.be.at.most(24);
    const { requests } = answer.statistics as { requests: number };
    expect(requests).to.equal(gets().length);
  };

  it('has the verdict of the local file', () => compare(kaslr));
  for (const file of ['elf.vmcore', 'kdump-raw-zlib.vmcore']) {
    const dump = guestDump('tasks-6.12', file);
    if (dump === undefined) {
      it(`${file} of a guest: not tried, because it was not booted here`);
    } else {
      it(`has the verdict of the local file: ${file} of a guest`, () => compare(dump));
    }
  }

  it('is flattened, and read by the index beside it, asked for without the query', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-beside-'));
    const flat = join(folder, 'dump');
    writeFlattened(flat, readFileSync(kaslr), flattenedSizeInBytes);
    commandJson('index', flat);
    const address = serve(flat);
    const index = readFileSync(`${flat}.vmcorekit-index`);
    const kernel = commandJson('probe', flat).kernel;
    rmSync(folder, { recursive: true });
    remote.files.set('/folder/dump.vmcorekit-index', index);
    await openLink(`${address}?${secret}`);
    const answer = await verdictIn(page);
    expect(answer).to.deep.include({ confidence: 'certain', container: 'flattened', kernel });
    expect(answer.filesBeside).to.deep.equal(['dump.vmcorekit-index']);
    const { bytesFetched } = answer.statistics as { bytesFetched: number };
    expect(bytesFetched).to.be.lessThan(flattenedSizeInBytes / 2);
    const urls = new Set(gets().map(({ url }) => url));
    expect([...urls].sort()).to.deep.equal([
      '/folder/dump.vmcorekit-index',
      `/folder/dump?${secret}`,
    ]);
  });

  it('is asked for only once the user agreed, wherever the address came from', async () => {
    const address = serve(kaslr);
    await page.goto(`${site.url}#url=${encodeURIComponent(`${address}?${secret}`)}`);
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    expect(await page.locator('[data-host]').innerText()).to.equal(new URL(address).host);
    expect(await page.locator('[data-path]').innerText()).to.equal('/folder/dump');
    expect(await page.evaluate(() => location.href)).to.equal(site.url);
    expect(await axeFindings(page)).to.deep.equal([]);
    // The first button has the focus: Enter fetches nothing.
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByLabel('address of a dump').fill(`${address}?${secret}`);
    await page.getByRole('button', { name: 'Open…' }).click();
    await dialog.waitFor();
    expect(remote.requests).to.deep.equal([]);
    await page.getByLabel('Fetch at most').fill('64');
    await agree();
    expect(await verdictIn(page)).to.have.property('confidence', 'certain');
    expect(await page.locator('[data-transfer]').innerText()).to.match(
      /^\d+ requests, [\d.]+ [KM]iB of at most 64 MiB/,
    );
    await page.getByRole('button', { name: 'Fetch with another limit' }).click();
    expect(await page.getByLabel('Fetch at most').inputValue()).to.equal('64');
    await page.getByLabel('Fetch at most').fill('32');
    await agree();
    expect(await page.locator('[data-transfer]').innerText()).to.contain('of at most 32 MiB');
  });

  it('is read by requests that carry nothing of it, and shows no secret anywhere', async () => {
    const address = serve(kaslr);
    await page.goto(`${site.url}#/verdict`);
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#url=${address}?${secret}`);
    await agree();
    for (const view of await viewsIn(page)) {
      await showView(page, view);
      expect(await page.title()).not.to.contain('s3cr3t');
      expect(await page.evaluate(shownText), view).not.to.contain('s3cr3t');
    }
    await page.goBack();
    expect(await page.evaluate(() => location.href)).not.to.contain('s3cr3t');
    for (const { method, url, headers, bodyInBytes } of remote.requests) {
      expect(method).to.be.oneOf(['GET', 'OPTIONS']);
      expect(url).to.equal(`/folder/dump?${secret}`);
      expect(bodyInBytes).to.equal(0);
      expect(headers).not.to.have.any.keys('cookie', 'authorization');
      expect(`${headers.referer}`).not.to.contain('s3cr3t');
    }
    const pinned = gets().filter(({ headers }) => headers['if-match'] === '"one"');
    expect(pinned.length).to.equal(gets().length - 1);
  });

  it('is not in what the page keeps for a machine without a network', async () => {
    const address = serve(kaslr);
    const context = await browser.newContext();
    const installed = await context.newPage();
    await installed.goto(site.url);
    await installed.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await installed.goto(`${site.url}#url=${address}?${secret}`);
    await installed.getByRole('button', { name: 'Fetch', exact: true }).click();
    await installed.waitForFunction(phaseIn, 'ready or failed');
    expect(await verdictIn(installed)).to.have.property('confidence', 'certain');
    const kept = await installed.evaluate(async () => {
      const all = await Promise.all(
        (await caches.keys()).map(async (name) => (await caches.open(name)).keys()),
      );
      const stored = (await indexedDB.databases()).map(({ name }) => name);
      return {
        urls: all.flat().map(({ url }) => url),
        stored,
        local: Object.entries(localStorage),
      };
    });
    expect(kept.urls.some((url) => url.endsWith('/remote-worker.js'))).to.equal(true);
    expect(kept.urls.filter((url) => !url.startsWith(site.url))).to.deep.equal([]);
    expect(JSON.stringify(kept)).not.to.contain('s3cr3t');
    await context.close();
  });

  it('is opened with what lies beside it, which never gets the query', async () => {
    remote.files.set('/folder/guest.vmss', buildVmss([{ name: 'cpu', tags: [] }]));
    remote.files.set('/folder/guest.vmem', new Uint8Array(2 ** 22));
    await openLink(`${remote.origin}/folder/guest.vmss?${secret}`);
    expect(await verdictIn(page)).to.deep.include({
      format: 'vmware',
      filesBeside: ['guest.vmem'],
    });
    const beside = gets().filter(({ url }) => !url.startsWith('/folder/guest.vmss'));
    expect(beside.map(({ url }) => url)).to.include('/folder/guest.vmem');
    expect(JSON.stringify(beside)).not.to.contain('s3cr3t');
  });

  it('is kept from a worker that opens files, and from the page', async () => {
    await page.goto(site.url);
    const blocked = await page.evaluate(
      (url) =>
        fetch(url).then(
          () => 'fetched',
          () => 'refused',
        ),
      remote.origin,
    );
    expect(blocked).to.equal('refused');
    await page.locator('vm-drop-zone input[type=file]').setInputFiles(kaslr);
    await page.waitForFunction(phaseIn, 'ready or failed');
    expect(site.asked).to.include('/worker.js');
    expect(remote.requests).to.deep.equal([]);
  });

  it('is verified and searched within one limit, which the page shows', async () => {
    await openLink(serve(kaslr));
    const answers = await page.evaluate(async () => {
      const { model } = document.querySelector('vm-app') as AppElement;
      await model.scanner.call('verify', {});
      // A new search, and with it a new second worker: what the one before fetched still counts.
      await model.searchAgain({ all: true });
      const { isSound } = await model.scanner.call('verify', {});
      return { isSound, transfer: model.transfer, spent: model.scanner.transfer.leftInBytes };
    });
    const { bytesFetched = 0, requests } = answers.transfer ?? {};
    expect(answers.isSound).to.equal(true);
    expect(requests).to.equal(gets().length);
    expect(answers.spent).to.equal(256 * 1024 * 1024 - bytesFetched);
  });

  it('is not read whole where the limit is too small', async () => {
    const dump = new Uint8Array(3 * 1024 * 1024);
    dump.set(readFileSync(kaslr).subarray(0, dump.length));
    remote.files.set('/dump', dump);
    await page.goto(`${site.url}#url=${remote.origin}/dump`);
    await page.getByLabel('Fetch at most').fill('1');
    await agree();
    const failure = await page.evaluate(async () => {
      const { model } = document.querySelector('vm-app') as AppElement;
      return (
        model.failure?.message ??
        (await model.supervisor.call('convert', { place: { name: 'x.elf', handle: null } }).then(
          () => 'written',
          (error: Error) => error.message,
        ))
      );
    });
    expect(failure).to.equal(
      `${remote.origin}/dump: more than 1 MiB would have to be fetched, the limit (--max-transfer)`,
    );
  });

  describe('that cannot be read', () => {
    const refusal = async (address = `${remote.origin}/folder/dump`): Promise<string> => {
      await openLink(`${address}?${secret}`);
      const message = await page.getByRole('alert').innerText();
      expect(message).not.to.contain('s3cr3t');
      return message
        .replaceAll(remote.origin, 'ORIGIN')
        .replaceAll(new URL(remote.origin).host, 'HOST');
    };

    it('says what the server must send where it lets no page read it', async () => {
      serve(kaslr);
      remote.headers = {};
      const said = await refusal();
      expect(said).to.contain(
        'HOST answers, but does not let this page read it (CORS). It must send',
      );
      expect(said).to.contain(`Access-Control-Allow-Origin: ${site.url.slice(0, -1)}, `);
      const { 'access-control-expose-headers': _, ...hiding } = cors;
      remote.headers = hiding;
      expect(await refusal()).to.contain('does not let this page read Content-Range');
    });

    it('says so where no server answers', async () => {
      await remote.stop();
      expect(await refusal()).to.contain('HOST cannot be reached');
      remote = await startRemote();
    });

    it('says what a status means', async () => {
      expect(await refusal()).to.contain('ORIGIN/folder/dump: the server has no such file (404');
      remote.instead = (_, response) => {
        response.writeHead(403, remote.headers).end();
        return true;
      };
      expect(await refusal()).to.contain('the server refuses access (403 Forbidden)');
    });

    it('refuses whole files, compressed ones, pages and other lengths', async () => {
      serve(kaslr);
      const answerWith = (status: number, headers: Record<string, string>, body: string): void => {
        remote.instead = (_, response) => {
          response.writeHead(status, { ...remote.headers, ...headers }).end(body);
          return true;
        };
      };
      answerWith(200, {}, 'all of it');
      expect(await refusal()).to.contain('HOST sends whole files only');
      answerWith(200, { 'content-type': 'text/html' }, '<html>');
      expect(await refusal()).to.contain('answers with a web page');
      answerWith(206, { 'content-range': 'bytes 0-262143/500000' }, 'short');
      expect(await refusal()).to.contain('HOST sends the file compressed, or a body of another');
      answerWith(206, { 'content-range': 'bytes 0-9/500000', 'content-length': '5' }, 'short');
      expect(await refusal()).to.contain('another length than its range has');
    });

    it('names the policy of the page’s own server where that keeps it from others', async () => {
      serve(kaslr);
      const strict = await startSite({ ofRemoteWorker: contentSecurityPolicy });
      try {
        await page.goto(`${strict.url}#url=${remote.origin}/folder/dump`);
        await agree();
        const message = await page.getByRole('alert').innerText();
        expect(message).to.contain('the policy of this page');
        expect(remote.requests).to.deep.equal([]);
      } finally {
        await strict.stop();
      }
    });

    it('says that plug-ins reach no server', async () => {
      serve(kaslr);
      await page.goto(site.url);
      await givePlugins(page, { 'a.js': analyzerModule('a', '') });
      await page.getByLabel('address of a dump').fill(`${remote.origin}/folder/dump?${secret}`);
      await page.getByRole('button', { name: 'Open…' }).click();
      await agree();
      expect(await page.getByRole('alert').innerText()).to.contain(
        'plug-ins run where no server is reached: remove them, or download the file first',
      );
      expect(remote.requests).to.deep.equal([]);
    });
  });

  it('that changes while it is open ends every read with that sentence', async () => {
    // Larger than what the page reads to open it.
    const { bytes } = buildElf(qemuElf([{ p_filesz: sizeInBytes, data: Uint8Array.of(1) }]));
    const dump = new Uint8Array(bytes.length + sizeInBytes);
    dump.set(bytes);
    remote.files.set('/dump', dump);
    await page.goto(`${site.url}#url=${remote.origin}/dump`);
    await page.getByLabel('Fetch at most').fill('8');
    await agree();
    // No search through a file that is larger than the limit.
    expect(await verdictIn(page)).to.include({ confidence: 'none', reason: 'transfer-limit' });
    remote.etag = '"two"';
    const messages = await page.evaluate(async () => {
      const { scanner, supervisor } = (document.querySelector('vm-app') as AppElement).model;
      const given = { space: 'physical', address: 0x1400000n, lengthInBytes: 16 } as const;
      const failure = (call: Promise<unknown>): Promise<string> =>
        call.then(
          () => 'read',
          (error: Error) => error.message,
        );
      return [
        await failure(supervisor.call('read', given)),
        await failure(supervisor.call('read', { ...given, address: 0x1600000n })),
        await failure(scanner.call('verify', {})),
      ];
    });
    expect(messages).to.deep.equal([
      `${remote.origin}/dump: the file changed while it was read (412 Precondition Failed)`,
      `${remote.origin}/dump: the file changed while it was read (412 Precondition Failed)`,
      `${remote.origin}/dump: the file changed while it was read: the server dates or tags it otherwise`,
    ]);
  });

  it('is read without If-Match where the server does not allow it', async () => {
    remote.headers = { ...remote.headers, 'access-control-allow-headers': 'Range' };
    await openLink(serve(kaslr));
    expect(await verdictIn(page)).to.have.property('confidence', 'certain');
    expect(gets().some(({ headers }) => 'if-match' in headers)).to.equal(false);
  });

  it('is followed where it leads elsewhere', async () => {
    serve(kaslr);
    remote.instead = ({ url = '' }, response) => {
      if (url.startsWith('/folder')) {
        return false;
      }
      response.writeHead(302, { ...remote.headers, location: '/folder/dump' }).end();
      return true;
    };
    await openLink(`${remote.origin}/old`);
    expect(await verdictIn(page)).to.have.property('confidence', 'certain');
  });

  it('whose server says nothing is given up where the user cancels', async () => {
    remote.instead = () => true;
    await page.goto(`${site.url}#url=${remote.origin}/folder/dump`);
    await page.getByRole('button', { name: 'Fetch', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('vm-drop-zone').waitFor();
    await page.locator('vm-drop-zone input[type=file]').setInputFiles(kaslr);
    await page.waitForFunction(phaseIn, 'ready or failed');
    expect(await verdictIn(page)).to.have.property('confidence', 'certain');
  });
});

/** All text of the page, also in shadow trees, and all values of fields and links. Runs in it. */
function shownText(): string {
  const parts: string[] = [];
  const walk = (node: Node): void => {
    parts.push(node instanceof Text ? node.data : '');
    if (node instanceof Element) {
      parts.push(...[...node.attributes].map(({ value }) => value));
      parts.push(node instanceof HTMLInputElement ? node.value : '');
      node.shadowRoot?.childNodes.forEach(walk);
    }
    node.childNodes.forEach(walk);
  };
  walk(document.documentElement);
  return parts.join('\n');
}
