import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { findingsOf } from './support/findings-of.ts';
import { isNodeNewEnough, title } from './support/node-version.ts';
import { type OpenStore, openStore } from './support/open-store.ts';

describe(title, () => {
  let folder: string;
  let open: OpenStore;
  let written = 0;
  const { signal } = new AbortController();

  before(async function () {
    if (!isNodeNewEnough) {
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'fleet-hooks-'));
    open = await openStore(`pglite:${join(folder, 'db')}`);
  });

  beforeEach(() => open?.store.database.query('delete from fleet.hook'));

  after(async () => {
    await open?.[Symbol.asyncDispose]();
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  /** A sender that is ready for results, and its remarks. */
  async function senderTo(text: string, secret?: string) {
    const { hookOf } = await import('../dist/hooks/hook.js');
    const { Sender } = await import('../dist/hooks/sender.js');
    const remarks: string[] = [];
    const hooks = [hookOf(text, secret)];
    const sender = new Sender(open.store.database, hooks, (remark) => remarks.push(remark));
    await sender.register();
    return { sender, remarks };
  }

  async function status() {
    const { hookStatusOf } = await import('../dist/hooks/hook-status.js');
    return await hookStatusOf(open.store.database);
  }

  /** Writes the result of a new dump. Returns its job. */
  async function writeResult(): Promise<string> {
    const digest = `digest-${written++}`;
    const { store } = open;
    await store.add(
      [
        {
          identity: digest,
          sizeInBytes: 1,
          whole: null,
          place: { files: [`/${digest}`], stamp: '1' },
        },
      ],
      { analyzers: [], toolVersion: '1.0.0', priority: 0 },
    );
    const [job] = await store.database.query<{ id: string }>(
      'select id from fleet.job where dump = $1',
      [digest],
    );
    const { id = '' } = job ?? {};
    await store.database.transaction((transaction) =>
      store.write(
        { id, dump: digest, whole: null, analyzers: [], toolVersion: '1.0.0', places: [] },
        {
          outcome: 'read',
          because: null,
          milliseconds: 1,
          findings: findingsOf({ release: '6.1.0' }),
        },
        transaction,
      ),
    );
    return id;
  }

  it('gives each result to a command, without a shell, once it was written', async () => {
    const script = join(folder, 'hook.mjs');
    const out = join(folder, 'out');
    writeFileSync(
      script,
      `import { appendFileSync, readFileSync } from 'node:fs';
      appendFileSync(process.argv[2], readFileSync(0, 'utf8') + process.argv[3] + '\\n');`,
    );
    const { sender, remarks } = await senderTo(`${process.execPath} ${script} ${out} $HOME;`);
    const job = await writeResult();
    // Another process, as after a crash, sends what this one did not.
    const later = await senderTo(`${process.execPath} ${script} ${out} $HOME;`);
    await later.sender.sendDue(signal);
    await sender.sendDue(signal);
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(/\$HOME;$/);
    const row = JSON.parse((lines[0] ?? '').replace('$HOME;', ''));
    expect([row.job, row.release, row.schema]).to.deep.equal([job, '6.1.0', 1]);
    expect(remarks).to.deep.equal([]);
    expect(await status()).to.deep.equal([
      { name: 'node', sent: 1, waiting: 0, failed: 0, because: null },
    ]);
  });

  it('keeps a result that a command refused, and sends it later', async () => {
    const flag = join(folder, 'flag');
    const script = join(folder, 'fussy.mjs');
    writeFileSync(
      script,
      `import { existsSync } from 'node:fs'; process.exit(existsSync(process.argv[2]) ? 0 : 3);`,
    );
    const { sender, remarks } = await senderTo(`${process.execPath} ${script} ${flag}`);
    await writeResult();
    await sender.sendDue(signal);
    expect(remarks).to.deep.equal(['hook node: it ended with exit status 3, trying again later']);
    const [refused] = await status();
    expect(refused).to.include({ sent: 0, waiting: 1, because: 'it ended with exit status 3' });
    writeFileSync(flag, '');
    await sender.sendDue(signal);
    expect((await status())[0]?.sent, 'it is not due yet').to.equal(0);
    await open.store.database.query('update fleet.hand_over set next_at = now()');
    await sender.sendDue(signal);
    expect((await status())[0]).to.include({ sent: 1, waiting: 0 });
  });

  it('gives a result up that was refused too often', async () => {
    const { sender, remarks } = await senderTo('/no/such/program');
    await writeResult();
    await open.store.database.query('update fleet.hand_over set attempts = 11');
    await sender.sendDue(signal);
    expect(remarks).to.deep.equal(['hook program: it cannot run (ENOENT); given up']);
    expect((await status())[0]).to.include({ sent: 0, waiting: 0, failed: 1 });
  });

  it('posts a signed result, follows no redirect and names no secret', async () => {
    const got: { body: string; signature: unknown }[] = [];
    const answers = [302, 200];
    const server = await serve(async (body, signature) => {
      got.push({ body, signature });
      return answers.shift() ?? 500;
    });
    try {
      const { port } = server.address() as AddressInfo;
      const { sender, remarks } = await senderTo(`http://127.0.0.1:${port}/secret-word?t=1`, 'key');
      await writeResult();
      await sender.sendDue(signal);
      await open.store.database.query('update fleet.hand_over set next_at = now()');
      await sender.sendDue(signal);
      expect(got).to.have.length(2);
      for (const { body, signature } of got) {
        const hex = createHmac('sha256', 'key').update(body).digest('hex');
        expect(signature).to.equal(`sha256=${hex}`);
      }
      const name = `http://127.0.0.1:${port}`;
      expect(remarks).to.deep.equal([`hook ${name}: the server answered 302, trying again later`]);
      expect((await status())[0]).to.include({ name, sent: 1, waiting: 0 });
      const stored = await open.store.database.query('select hook::text from fleet.hook');
      expect(JSON.stringify([stored, remarks])).not.to.contain('secret-word');
    } finally {
      server.close();
    }
  });

  it('refuses an address with a password, without saying it', async () => {
    const { hookOf } = await import('../dist/hooks/hook.js');
    expect(() => hookOf('https://me:secret-word@host/', undefined))
      .to.throw(/without user and password/)
      .with.property('message')
      .that.does.not.contain('secret-word');
  });
});

async function serve(
  answer: (body: string, signature: unknown) => Promise<number>,
): Promise<Server> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) {
      parts.push(part as Buffer);
    }
    const body = Buffer.concat(parts).toString('utf8');
    const status = await answer(body, request.headers['x-vmcorekit-signature-256']);
    response.writeHead(status, { location: '/elsewhere', connection: 'close' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
