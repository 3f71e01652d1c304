import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { propertyCases } from '@vmcorekit/testing';
import { expect } from 'chai';
import { usualKernel, writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { readFixtures } from '../support/fixture.ts';
import { writeCrashedDump, writeKernelDump, writeSplitKernelDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

/** The parts of the answer that the tests look at. */
interface Answer {
  readonly kernel: object | null;
  readonly confidence: string;
  readonly system: Readonly<
    Record<string, { readonly value: unknown; readonly from?: string; readonly because?: string }>
  >;
  readonly provenance: {
    readonly files: readonly Readonly<Record<string, unknown>>[];
    readonly memory: { readonly sha256: string; readonly bytes: object } | null;
    readonly tool: object;
    readonly reportedAt: string;
    readonly configuration: readonly string[];
  };
  readonly damage: readonly object[];
}

async function describeJson(...args: readonly string[]): Promise<Answer> {
  const { json } = await runCli(['describe', '--json', ...args]);
  return json()[0] as Answer;
}

async function memoryHash(...paths: readonly string[]): Promise<string | undefined> {
  const { provenance } = await describeJson('--hash', 'memory', ...paths);
  return provenance.memory?.sha256;
}

/** Wide enough that no value wraps. */
const wide = { COLUMNS: '300' };

function fixture(name: string) {
  return readFixtures().find((each) => each.name === name) ?? expect.fail(name);
}

describe('describe', () => {
  // Each fixture here, in analyze.test or in library/locate.test; all in continuous integration.
  const guests = readFixtures().filter(({ truth }) => truth.expected.kernel);
  for (const guest of propertyCases(guests, 3, 1)) {
    const { name, truth, files } = guest;
    it(`says of ${name} what its guest said, and nothing else`, async () => {
      const [file = ''] = files;
      const { system, confidence } = await describeJson(guest.pathOf(file));
      const [kernel] = truth.kernels;
      expect(confidence).to.equal('certain');
      expect(system.release?.value).to.equal(kernel?.release);
      if (system.version?.value === null) {
        // Symbols of functions alone name no init_uts_ns, and a trimmed dump may lack its page.
        expect(system.version.because).to.include('neither init_uts_ns can be read');
        expect(system.hostName).to.deep.equal(system.version);
      } else {
        const version = system.version?.value;
        expect(version).to.be.a('string');
        expect(kernel?.version.endsWith(` ${version as string}`)).to.equal(true);
        expect(system.hostName).to.deep.equal({ value: '(none)', from: 'init_uts_ns' });
      }
      expect(system.panic?.value).to.equal(null);
      expect(system.crashTime?.value).to.equal(null);
    });
  }

  it('is the same text each time but for the files', async () => {
    const path = fixture('backports-kaslr').pathOf('dump.kdump');
    const { stdout, status } = await runCli(['describe', path], {
      now: 1_795_414_016_000,
      env: wide,
    });
    expect(status).to.equal(0);
    const [system = ''] = stdout.split('\nProvenance\n');
    expect(system.replaceAll(path, 'DUMP')).to.equal(
      [
        'DUMP: Linux 7.3.4+deb13-cloud-amd64, running (certain)',
        '  field               value                                                       from',
        '  host name           (none)                                                      init_uts_ns',
        '  kernel              7.3.4+deb13-cloud-amd64                                     init_uts_ns',
        '  version             #1 SMP PREEMPT_DYNAMIC Debian 7.3.4-1~bpo13+1 (2026-11-15)  init_uts_ns',
        '  machine             x86_64                                                      init_uts_ns',
        "  CPUs in the dump    2                                                           the dump's notes",
        "  memory in the dump  384.3 MiB                                                   the dump's memory ranges",
        '  wall clock          2026-11-23T05:22:29Z                                        timekeeper_data',
        '  uptime              11 s                                                        timekeeper_data',
        '  not proved          model, firmware, CPU model, hypervisor, CPUs online, CPUs present, System RAM, ' +
          'usable memory, crash time, header time, load average, tasks, command line, taint, panic (--verbose says why)',
        '',
        'Dump',
        '  format       kdump, x86_64, 64-bit little-endian, 4 KiB pages',
        '  captured by  qemu',
        '  written by   vmcorekit',
        '',
      ].join('\n'),
    );
    expect(stdout).to.match(/\n {2}reported at +2026-11-23T06:06:56\.000Z\n/);
    expect(stdout).to.match(/\n {2}configuration +none\n$/);
  });

  it('says why a field is not proved with --verbose', async () => {
    const { stdout } = await runCli(['describe', '-v', writeKernelDump().path], { env: wide });
    expect(stdout).to.match(
      / {2}tasks +not proved: the symbols \(kallsyms\) do not name nr_threads\n/,
    );
    expect(stdout).not.to.include('--verbose says why');
  });

  it('says what file and notes say where no kernel is found, with exit status 1', async () => {
    const path = fixture('firmware-ovmf').pathOf('dump.kdump');
    const { status, json } = await runCli(['describe', '--json', path]);
    const [{ kernel, system, provenance }] = json() as [Answer];
    expect(status).to.equal(1);
    expect(kernel).to.equal(null);
    expect(system.uptimeInSeconds).to.deep.equal({ value: null, because: 'no kernel was found' });
    expect(provenance.files[0]?.sizeInBytes).to.equal(statSync(path).size);
    const { stdout } = await runCli(['describe', path]);
    expect(stdout).to.match(/^.*dump\.kdump: no kernel was found/);
  });

  it('does not describe another kernel than the one that is meant', async () => {
    const path = writeKernelDump().path;
    const { status, stdout } = await runCli(['describe', '--phys-base', '0x4000000', path]);
    expect(status).to.equal(1);
    expect(stdout).to.equal('');
  });

  it('says which kernel it describes where the dump holds others too', async () => {
    const { stdout } = await runCli(['describe', writeCrashedDump()]);
    expect(stdout).to.match(/: Linux 6\.1\.0-capture, capture \(certain\)\n/);
    expect(stdout).to.match(
      /\nOther kernels \(--phys-base OFFSET describes one\)\n {2}phys_base -0x25600000, .*, crashed/,
    );
  });

  it('escapes what the guest chose', async () => {
    const kernels = [{ ...usualKernel, release: 'evil\x1b[31m' }];
    const { stdout } = await runCli(['describe', writeFakeDump({ kernels })], {
      toolkit: fakeToolkit,
    });
    expect(stdout).to.include('Linux evil\\x1b[31m, ');
    expect(stdout).not.to.include('\x1b');
  });

  it('reports damage', async () => {
    const conditions = [{ name: 'incomplete', loses: 'page', detail: 'it stopped' }] as const;
    const { stdout } = await runCli(['describe', writeFakeDump({ conditions })], {
      toolkit: fakeToolkit,
    });
    expect(stdout).to.match(/\nDamage\n.*\n {2}incomplete +1 +it stopped\n/);
  });

  describe('provenance', () => {
    const { path } = writeKernelDump();

    it('has size and times of the file, and where a link leads', async () => {
      utimesSync(path, 1_700_000_000, 1_700_000_000.25);
      const link = join(dirname(path), 'link');
      symlinkSync(path, link);
      const { provenance } = await describeJson(link);
      expect(provenance.files).to.have.length(1);
      expect(provenance.files[0]).to.deep.include({
        path: link,
        target: realpathSync(path),
        sizeInBytes: statSync(path).size,
        modified: '2023-11-14T22:13:20.250000000Z',
        sha256: null,
      });
      expect(provenance.files[0]?.changed).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      expect(provenance.memory).to.equal(null);
    });

    it('names the versions and the configuration that counted', async () => {
      const site = writeTemporaryFile('site.yaml', 'rules: [{ name: r, acceptAt: probable }]');
      const { json } = await runCli(['describe', '--json', '--config', site, path], { now: 0 });
      const [{ provenance, ...answer }] = json() as [Answer];
      expect(provenance.tool).to.include({ name: 'vmcorekit', node: process.versions.node });
      expect(provenance.reportedAt).to.equal('1970-01-01T00:00:00.000Z');
      expect(provenance.configuration).to.deep.equal([site]);
      expect(answer).to.have.nested.property('rules[0].name', 'r');
    });

    it('hashes each file as it is', async () => {
      const paths = writeSplitKernelDump();
      const { provenance } = await describeJson('--hash', 'file', ...paths);
      expect(provenance.files.map(({ sha256 }) => sha256)).to.have.members(
        paths.map((each) => createHash('sha256').update(readFileSync(each)).digest('hex')),
      );
    });

    it('hashes memory to the same digest in every format it can be written in', async () => {
      const expected = await memoryHash(path);
      for (const args of [
        ['--to', 'elf'],
        ['--to', 'kdump', '--compression', 'zstd'],
        ['--to', 'flattened'],
        ['--exclude', 'zero'],
      ]) {
        const copy = join(dirname(path), `copy.${args.join('.')}`);
        expect((await runCli(['convert', ...args, path, copy])).status, args.join(' ')).to.equal(0);
        expect(await memoryHash(copy), args.join(' ')).to.equal(expected);
      }
      const mended = join(dirname(path), 'mended');
      expect((await runCli(['repair', path, mended])).status).to.equal(0);
      expect(await memoryHash(mended), 'repaired').to.equal(expected);
    });

    it('hashes the six kinds of one guest that QEMU wrote to the same digest', async () => {
      const guest = fixture('qemu-10-firmware');
      const digests = new Set<string | undefined>();
      for (const file of guest.files) {
        digests.add(await memoryHash(guest.pathOf(file)));
      }
      expect(guest.files).to.have.length(6);
      expect(digests.size).to.equal(1);
    });

    it('refuses to hash what there is not', async () => {
      const { status, stderr } = await runCli(['describe', '--hash', 'disk', path]);
      expect(status).to.equal(2);
      expect(stderr).to.include("--hash: got 'disk', wanted file or memory, or both");
    });
  });
});
