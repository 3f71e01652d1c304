import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { plugin as analyzers } from '@vmcorekit/analyzers';
import { createToolkit, type Toolkit } from '@vmcorekit/engine';
import { propertyCases } from '@vmcorekit/testing';
import { expect } from 'chai';
import { writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { readFixtures } from '../support/fixture.ts';
import {
  kaslrOffset,
  physBase,
  writeKernelDump,
  writeSplitKernelDump,
} from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

/** With an analyzer that says what a hostile guest might. */
function rudeToolkit(): Toolkit {
  const rude = {
    name: 'rude',
    summary: 'repeats what the dump says',
    options: {},
    // biome-ignore lint/correctness/useYield: it answers at once
    *run() {
      const remarks = ['by a forged layout\x1b[2J'];
      return {
        text: ['\x1b[2J'],
        data: { address: 0xffffffff81000000n },
        sources: { layout: 'BTF' },
        remarks,
      };
    },
  };
  return createToolkit([
    ...fakeToolkit().registry.plugins,
    { name: 'rude-plugin', analyzers: [rude] },
  ]);
}

describe('analyze', () => {
  it('lists the analyzers and their options without a name', async () => {
    for (const args of [['analyze'], ['analyze', '--list']]) {
      const { status, stdout } = await runCli(args);
      expect(status).to.equal(0);
      expect(stdout).to.match(/^memory-map\n +does +(.*\n)+? +width +integer +64 /m);
    }
    const { json } = await runCli(['analyze', '--list', '--json', 'vmcoreinfo']);
    expect(json()).to.have.deep.nested.property('[0].analyzers[0].plugin', '@vmcorekit/analyzers');
  });

  it('finds the kernel, and prints what the analyzer says', async () => {
    const { path, kernel } = writeKernelDump();
    const { status, stdout } = await runCli(['analyze', 'vmcoreinfo', path]);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^VMCOREINFO from memory, at 0x/);
    expect(stdout).to.include(kernel.vmcoreInfo);
  });

  it('gives the records of a log as rows, the same as JSON has', async () => {
    const log = readFixtures().find(({ name }) => name === 'trixie-kaslr') ?? expect.fail('no log');
    const path = log.pathOf(log.files[0] ?? '');
    const [answer] = (await runCli(['analyze', 'kernel-log', '--json', path])).json();
    const { data } = answer as { data: readonly object[] };
    const { status, json } = await runCli(['analyze', 'kernel-log', '--jsonl', path]);
    expect(status).to.equal(0);
    expect(json()).to.deep.equal(data.map((record) => ({ schema: 1, ...record, lost: null })));
    const { stdout } = await runCli(['analyze', 'kernel-log', '--csv', path]);
    expect(stdout).to.match(/^sequence,nanoseconds,level,facility,caller,text,lost\r\n0,0,\d,/);
  });

  it('gives no rows where there is no log, and says why', async () => {
    const path = writeFakeDump({});
    const { status, stdout, stderr } = await runCli(['analyze', 'kernel-log', '--csv', path], {
      toolkit: () => createToolkit([...fakeToolkit().registry.plugins, analyzers]),
    });
    expect({ status, stdout: stdout.split('\r\n')[1] }).to.deep.equal({ status: 1, stdout: '' });
    expect(stderr).to.include(': no kernel log: no kernel was found in memory\n');
  });

  it('refuses rows of an answer that is no table', async () => {
    const { status, stdout, stderr } = await runCli(
      ['analyze', 'rude', '--csv', writeFakeDump({})],
      {
        toolkit: rudeToolkit,
      },
    );
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
    expect(stderr).to.include('--csv: the answer of the analyzer rude is no table\n');
  });

  it('answers in JSON with the kernel it found', async () => {
    const { json } = await runCli([
      'analyze',
      '--json',
      '--option',
      'width=16',
      'memory-map',
      writeKernelDump().path,
    ]);
    const [answer] = json() as [Record<string, Record<string, unknown>>];
    expect(answer).to.deep.include({ schema: 1, analyzer: 'memory-map', confidence: 'certain' });
    expect(answer.kernel).to.include({ physBase, kaslrOffset });
    expect(answer.data?.picture).to.have.property('slices').with.lengthOf(16);
  });

  it('runs several on one search, each with the options it has', async () => {
    const { path } = writeKernelDump();
    const several = ['memory-map,vmcoreinfo', path, '--option', 'width=16'];
    const { status, json } = await runCli(['analyze', '--json', ...several]);
    const [map, info] = json() as [Record<string, Record<string, unknown>>, object];
    expect([status, json().length]).to.deep.equal([0, 2]);
    expect(map.data?.picture).to.have.property('slices').with.lengthOf(16);
    const alone = await runCli(['analyze', '--json', 'vmcoreinfo', path]);
    expect(info).to.deep.equal(alone.json()[0]);
    const { stdout } = await runCli(['analyze', ...several]);
    expect(stdout.endsWith(`\n\n${(await runCli(['analyze', 'vmcoreinfo', path])).stdout}`))
      .to //
      .equal(true);
    for (const wrong of [['--csv'], ['--svg', '/no/such/place'], ['--option', 'nothing=1']]) {
      expect((await runCli(['analyze', ...several, ...wrong])).status, wrong.join(' ')).to.equal(2);
    }
    expect((await runCli(['analyze', 'vmcoreinfo,none', path])).stderr).to.include('none');
  });

  it('takes the parts of a split dump, in any order', async () => {
    const parts = writeSplitKernelDump();
    const { status, json } = await runCli([
      'analyze',
      '--json',
      'vmcoreinfo',
      ...parts.toReversed(),
    ]);
    expect(status).to.equal(0);
    const [{ files }] = json() as [{ readonly files: readonly string[] }];
    expect(files).to.have.members(parts);
    const strangers = await runCli([
      'analyze',
      'vmcoreinfo',
      writeKernelDump().path,
      writeKernelDump().path,
    ]);
    expect(strangers.status).to.equal(2);
    expect(strangers.stderr).to.include('are different dumps, not parts of one');
  });

  it('writes the picture an analyzer draws as SVG, and replaces no file unasked', async () => {
    const folder = dirname(writeTemporaryFile('.keep', ''));
    const svg = join(folder, 'map.svg');
    const { path } = writeKernelDump();
    const words = ['analyze', 'memory-map', '--svg', svg, path];
    expect(await runCli(words)).to.deep.include({ status: 0, stderr: '' });
    expect(readFileSync(svg, 'utf8')).to.match(/^<svg .*<\/svg>\n$/s);
    const again = await runCli(words);
    expect(again.status).to.equal(2);
    expect(again.stderr).to.include('already exists (--force replaces it)');
    expect((await runCli([...words, '--force'])).status).to.equal(0);
    const none = await runCli(['analyze', 'vmcoreinfo', '--svg', join(folder, 'none.svg'), path]);
    expect(none.status).to.equal(2);
    expect(none.stderr).to.equal('vmcorekit: --svg: the analyzer vmcoreinfo draws no picture\n');
    expect(readdirSync(folder)).to.have.members(['.keep', 'map.svg']);
  });

  it('exits with 1 where the analyzer has no answer', async () => {
    const { status, stdout } = await runCli([
      'analyze',
      '--option',
      'from=file',
      'vmcoreinfo',
      writeKernelDump().path,
    ]);
    expect(status).to.equal(1);
    expect(stdout).to.equal('no VMCOREINFO: the file has none\n');
  });

  it('lets no text of a dump steer the terminal, and shows large integers as addresses', async () => {
    const dump = writeFakeDump({});
    expect((await runCli(['analyze', 'rude', dump], { toolkit: rudeToolkit })).stdout).to.equal(
      '\\x1b[2J\n',
    );
    const { json } = await runCli(['analyze', '--json', 'rude', dump], { toolkit: rudeToolkit });
    expect(json()).to.have.deep.nested.property('[0].data', { address: '0xffffffff81000000' });
  });

  it('writes the remarks of an analyzer to stderr, or into the JSON', async () => {
    const dump = writeFakeDump({});
    const shown = await runCli(['analyze', 'rude', dump], { toolkit: rudeToolkit });
    expect(shown.stderr).to.equal(`vmcorekit: ${dump}: by a forged layout\\x1b[2J\n`);
    expect(
      (await runCli(['analyze', '--quiet', 'rude', dump], { toolkit: rudeToolkit })).stderr,
    ).to.equal('');
    const { json, stderr } = await runCli(['analyze', '--json', 'rude', dump], {
      toolkit: rudeToolkit,
    });
    const [{ sources, remarks }] = json() as [Record<string, unknown>];
    expect([stderr, sources, remarks]).to.deep.equal([
      '',
      { layout: 'BTF' },
      ['by a forged layout\x1b[2J'],
    ]);
  });

  const mistakes: readonly (readonly [args: readonly string[], message: string])[] = [
    [['memry-map', 'x'], "did you mean 'memory-map'?"],
    [['dmesg', 'x'], "there is no analyzer 'dmesg' (did you mean 'vmcorekit log'?)"],
    [['memory-map', '--option', 'widht=9', 'x'], "did you mean 'width'?"],
    [['memory-map', '--option', 'width', 'x'], 'wanted NAME=VALUE'],
    [['memory-map', '--option', 'width=2', 'x'], 'allowed is an integer from 8'],
    [['memory-map', '--option', 'step-scn.to=9', 'x'], "did you mean 'step-scan'?"],
    [['memory-map'], 'wanted a DUMP'],
  ];
  for (const [args, message] of mistakes) {
    it(`refuses '${args.join(' ')}' before it opens a file`, async () => {
      const { status, stderr } = await runCli(['analyze', ...args]);
      expect(status).to.equal(2);
      expect(stderr).to.include(message);
    });
  }

  // Each fixture here, in describe.test or in library/locate.test; all in continuous integration.
  const fixtures = readFixtures().filter(({ truth }) => truth.expected.kernel);
  for (const fixture of propertyCases(fixtures, 3, 2)) {
    const { name, truth, files } = fixture;
    const [kernel, another] = truth.kernels;
    const [file, more] = files;
    if (kernel !== undefined && another === undefined && file !== undefined && more === undefined) {
      it(`shows the text of the kernel in ${name} where the kernel itself says it is`, async () => {
        const { json } = await runCli(['analyze', '--json', 'memory-map', fixture.pathOf(file)]);
        const [{ data }] = json() as [
          { data: { image: { kind: string; virtualAddress: string; physicalAddress: string }[] } },
        ];
        const { textVirtualAddress, textPhysicalAddress } = kernel;
        const text = data.image.find(({ kind }) => kind === 'text');
        if (kernel.physBase !== null) {
          expect(text).to.include({
            virtualAddress: textVirtualAddress,
            physicalAddress: textPhysicalAddress,
          });
        } else {
          // Elsewhere the mapping that is executable begins before or after `_text`.
          const offset = BigInt(textVirtualAddress) - BigInt(textPhysicalAddress);
          expect(BigInt(text?.virtualAddress ?? 0) - BigInt(text?.physicalAddress ?? 0)).to.equal(
            offset,
          );
        }
      });
    }
  }
});
