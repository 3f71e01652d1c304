import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Analyzer, definePlugin } from '@vmcorekit/core';
import { expect } from 'chai';
import type { Here } from '../../dist/here/here.js';
import { writeKernelDump } from '../support/kernel-dump.ts';
import { openHere, runOn } from '../support/run-here.ts';

const echo: Analyzer<string, { width: { type: 'integer'; summary: string; default: number } }> = {
  name: 'echo-width',
  summary: 'says how wide it is',
  options: { width: { type: 'integer', summary: 'the width', default: 3 } },
  *run(_context, { width }) {
    yield { kind: 'progress', doing: 'measuring', fraction: null };
    return { text: [`wide: ${width}`], data: String(width) };
  },
};

describe('runHere', () => {
  let here: Here;
  let searches = 0;
  const { path, kernel } = writeKernelDump();

  before(async () => {
    const own = definePlugin({
      name: 'own',
      analyzers: [echo],
      heuristics: [
        {
          name: 'counted',
          summary: 'counts the searches',
          cost: 'header',
          needs: [],
          yields: [],
          looksAt: 'header',
          architectures: 'any',
          options: {},
          *run() {
            searches++;
            yield { kind: 'progress', doing: 'counting', fraction: null };
          },
        },
      ],
    });
    here = await openHere(path, [own]);
  });

  after(() => here[Symbol.dispose]());

  it('runs a command without DUMP on the dump that is open', async () => {
    const { status, stdout } = await runOn(here, ['probe', '--json']);
    expect(status).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ confidence: 'certain' });
  });

  it('reads memory at an address, with no file among the operands', async () => {
    const { status, stdout } = await runOn(here, ['read', 'linux_banner', '13']);
    expect(stdout).to.contain('Linux version');
    expect(status).to.equal(0);
  });

  it('searches for the kernel once, whatever command comes first', async () => {
    const before = searches;
    await runOn(here, ['log']);
    await runOn(here, ['describe', '--json']);
    await runOn(here, ['translate', 'linux_banner']);
    expect(searches - before).to.be.at.most(1);
  });

  it('searches again for other search options, and keeps that too', async () => {
    const before = searches;
    const args = ['probe', '--json', '--phys-base', '-0x25600000'];
    const first = await runOn(here, args);
    const second = await runOn(here, args);
    expect(searches - before).to.equal(1);
    expect(JSON.parse(first.stdout).kernel).to.deep.equal(JSON.parse(second.stdout).kernel);
  });

  it('takes a word for a word, also where a file has its name', async () => {
    const symbol = [...kernel.symbols.keys()][0] ?? '';
    const { stdout } = await runOn(here, ['sym', symbol]);
    expect(stdout).to.contain(symbol);
  });

  it("runs a plug-in's analyzer by its name, with its options", async () => {
    expect(await runOn(here, ['echo-width', '--width', '7'])).to.deep.include({
      status: 0,
      stdout: 'wide: 7\n',
    });
  });

  it('stays open after info, verify and a comparison', async () => {
    expect((await runOn(here, ['info'])).status).to.equal(0);
    expect((await runOn(here, ['verify'])).status).to.equal(0);
    expect((await runOn(here, ['compare', path])).stdout).to.contain('equal');
    expect((await runOn(here, ['translate', 'linux_banner'])).status).to.equal(0);
  });

  it('writes the open dump to a new file', async () => {
    const out = join(mkdtempSync(join(tmpdir(), 'here-')), 'out.elf');
    expect((await runOn(here, ['convert', out])).status).to.equal(0);
    expect((await runOn(here, ['compare', out])).status).to.equal(0);
  });

  it('does not change or replace the dump that is open', async () => {
    const changed = await runOn(here, ['repair', '--in-place']);
    expect(changed).to.include({ status: 2 });
    expect(changed.stderr).to.contain('open here');
    const replaced = await runOn(here, ['convert', '--force', path]);
    expect(replaced).to.include({ status: 2 });
  });

  it('refuses options that say how a dump is opened', async () => {
    const { status, stderr } = await runOn(here, ['log', '--format', 'raw']);
    expect(status).to.equal(2);
    expect(stderr).to.contain('--format counts when a dump is opened');
  });

  it('names the operands that are missing or too many, without DUMP', async () => {
    expect((await runOn(here, ['read', '0'])).stderr).to.contain(
      'LENGTH is missing (usage: read [OPTION]... ADDRESS LENGTH)',
    );
    expect((await runOn(here, ['log', 'other'])).stderr).to.contain("unexpected argument 'other'");
  });

  it('shows help without DUMP', async () => {
    const { stdout } = await runOn(here, ['help', 'bt']);
    expect(stdout).to.contain('Usage: bt [OPTION]... [TASK...]');
    expect(stdout).to.contain('\n  bt 1 systemd\n');
    expect(stdout).not.to.contain('vmcorekit bt');
  });

  it('ends by the signal as interrupted', async () => {
    const ended = AbortSignal.abort();
    expect((await runOn(here, ['verify'], ended)).status).to.equal(130);
  });
});
