import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { commandsOfDumps, operandsFor } from '../support/every-command.ts';
import { type FileServer, fileServer } from '../support/file-server.ts';
import { runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const dump = 'fixtures/ovmf-nokaslr/dump.kdump';
const secrets = ['Sesame1', 'Sesame2', 'Sesame3', 'Sesame4'] as const;
const [user, password, query, fragment] = secrets;

describe('the secrets of an address', () => {
  let server: FileServer;
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-secrets-'));
  const lines = writeTemporaryFile('lines', 'ps\nsys\ndump.files\nno such command\n');
  before(async () => {
    server = await fileServer(root);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** The address of a file, with a secret in every part that can hold one. */
  function secretUrl(path: string): string {
    const address = server.url.replace('http://', `http://${user}:${password}@`);
    return `${address}/${path}?X-Amz-Signature=${query}#${fragment}`;
  }

  async function expectSilence(args: readonly string[], signal?: AbortSignal): Promise<void> {
    const world = signal === undefined ? { folder } : { folder, signal };
    const { stdout, stderr } = await runCli(args, world);
    for (const secret of secrets) {
      expect(stdout, args.join(' ')).not.to.contain(secret);
      expect(stderr, args.join(' ')).not.to.contain(secret);
    }
  }

  for (const [turn, entry] of commandsOfDumps.entries()) {
    it(`stand in no output of ${entry.name}`, async () => {
      const command = await entry.load();
      for (const path of [dump, `forbidden/${dump}`, `changed/${dump}`]) {
        const words = operandsFor(command, secretUrl(path), folder, turn);
        const batch = entry.name === 'shell' ? ['--batch', '--input', lines] : [];
        for (const mode of [[], ['--json', '--debug']]) {
          await expectSilence([entry.name, ...mode, ...batch, ...words]);
        }
      }
      // Words in the wrong place are quoted in what is said about them.
      await expectSilence([entry.name, 'init_task', secretUrl(dump), secretUrl(dump)]);
    });
  }

  it('stand in no output of gdbserver', async () => {
    const ending = new AbortController();
    const running = expectSilence(['gdbserver', secretUrl(dump)], ending.signal);
    setTimeout(() => ending.abort(), 1000);
    await running;
  });

  it('stand in no output about symbol files, entries and places', async () => {
    for (const args of [
      ['--symbols', secretUrl('missing/System.map'), dump],
      ['--symbols', secretUrl(dump), join(root, dump)],
      [`${secretUrl(dump)}//entry`],
      [`${secretUrl(dump)}@0x1000`],
      [`${secretUrl(dump)}@123`],
      [`${secretUrl(dump)}+${secretUrl(dump)}`],
      [secretUrl(dump), secretUrl(`missing/${dump}`)],
      ['--format', 'raw', secretUrl(dump)],
      ['--verbose', secretUrl(dump)],
      ['--rows', 'csv', secretUrl(dump), secretUrl('missing')],
    ]) {
      for (const mode of [[], ['--json']]) {
        await expectSilence(['probe', ...mode, ...args]);
      }
    }
  });

  it('stand in no output about an address that is misspelt', async () => {
    const rest = `${user}:${password}@127.0.0.1:1/x?${query}`;
    for (const start of ['http:/', 'http:', 'http:\\\\', ' http://', '"https://', 's3:/', 'S3:']) {
      for (const mode of [[], ['--json', '--debug']]) {
        const args = ['probe', ...mode, `${start}${rest}`];
        await expectSilence(args);
        expect((await runCli(args)).status, start).to.equal(2);
      }
    }
  });

  it('stand in no output of commands whose words must be right', async () => {
    const url = secretUrl(dump);
    for (const args of [
      ['read', url, '0x1600000', '16'],
      ['find', '--text', 'Linux version', url],
      ['translate', url, '0xffffffff81000000'],
      ['compare', url, url],
      ['repair', '--dry-run', url],
      ['repair', url, join(folder, 'mended.kdump')],
      ['repair', '--in-place', url],
      ...['kernel-log', 'memory-map', 'vmcoreinfo'].map((name) => ['analyze', name, url]),
    ]) {
      for (const mode of [[], ['--json']]) {
        await expectSilence([args[0] ?? '', ...mode, ...args.slice(1)]);
      }
    }
  });
});
