import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { capture, kaslrOffset, physBase, writeCrashedDump } from './support/kernel-dump.ts';
import { codeOf } from './support/rejection.ts';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

/** The texts of both kernels, by their own page tables. */
const textOfCrashed = '0xffffffffa8e00000';
const textOfCapture = '0xffffffff82200000';
const asked = ['--phys-base', '-0x25600000'];
/** The same kernel: the start of the image's window less its phys_base. */
const imageOffset = '0xffffffffa5600000';
const crashed = { physBase, kaslrOffset, release: '6.9.1-test', role: 'crashed' };

/** A report whose lines are joined: it wraps at the width of a pipe. */
function oneLine(report: string): string {
  return report.replaceAll(/\s+/g, ' ');
}

describe('a dump of a crashed kernel and its capture kernel', () => {
  const path = writeCrashedDump();
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-choosing-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function kernelBy(...args: readonly string[]): Promise<unknown> {
    const [answer] = (await runCli(['probe', '--json', ...args, path])).json() as [
      { kernel: unknown },
    ];
    return answer.kernel;
  }

  it('gives the capture kernel unless another is named', async () => {
    expect(await kernelBy()).to.deep.include({ ...capture, role: 'capture' });
  });

  it('names both kernels, the crashed one first, and how to choose it', async () => {
    const { stdout } = await runCli(['probe', path]);
    expect(oneLine(stdout))
      .to.match(
        /: certain: crashed kernel: phys_base is -0x25600000, .*; capture kernel: phys_base is 0x2000000, /,
      )
      .and.match(/the capture one is chosen/);
    const next = stdout.slice(stdout.indexOf('\nNext\n'));
    expect(
      next.split('\n').filter((line) => /^ {2}(the|crash|vmcorekit probe) /.test(line)),
    ).to.deep.equal([
      '  the crashed kernel at phys_base -0x25600000:',
      `  vmcorekit probe --phys-base -0x25600000 ${path}`,
      `  crash --machdep phys_base=-0x25600000 --kaslr=0x27e00000 vmlinux ${path}`,
      '  the capture kernel at phys_base 0x2000000:',
      `  crash --machdep phys_base=0x2000000 --kaslr=0x1200000 vmlinux ${path}`,
    ]);
  });

  it('gives the kernel that --phys-base names, with all that is known of it', async () => {
    expect(await kernelBy(...asked)).to.deep.include(crashed);
  });

  it('gives the kernel that --image-offset names, too', async () => {
    expect(await kernelBy('--image-offset', imageOffset)).to.deep.include(crashed);
  });

  it('answers nothing where another machine’s number is given, and says why', async () => {
    const { stdout } = await runCli(['probe', '--text-at', '0x1000000', path]);
    const because = 'what was given names no kernel of this machine: its phys_base does';
    expect(oneLine(stdout)).to.include(because);
    for (const words of [
      ['read', path, textOfCapture, '16'],
      ['repair', '--dry-run', path],
    ]) {
      const refused = await runCli([...words, '--text-at', '0x1000000']);
      expect({ words, status: refused.status }).to.deep.equal({ words, status: 1 });
      expect(refused.stderr).to.include(because);
    }
  });

  it('is named by one number', async () => {
    const { status, stderr } = await runCli([
      'probe',
      ...asked,
      '--image-offset',
      imageOffset,
      path,
    ]);
    expect(status).to.equal(2);
    expect(stderr).to.include('--image-offset cannot be used with --phys-base');
  });

  it('gives the kernel whose image offset a rule names', async () => {
    const site = writeTemporaryFile(
      'site.yaml',
      Buffer.from(`rules:\n  - { name: crashed, imageOffset: '${imageOffset}' }\n`),
    );
    expect(await kernelBy('--config', site)).to.deep.include(crashed);
    const { stdout } = await runCli(['probe', '--config', site, '--verbose', path]);
    expect(oneLine(stdout)).to.include(`given by the rule 'crashed' (${site}:2)`);
    const explained = await runCli(['config', '--config', site, '--explain', path, '--json']);
    expect(explained.json()[0]).to.have.nested.property('settings[0].value', imageOffset);
  });

  it('gives the kernel that a rule names', async () => {
    const site = writeTemporaryFile(
      'site.yaml',
      Buffer.from("rules:\n  - { name: crashed, physBase: '-0x25600000' }\n"),
    );
    expect(await kernelBy('--config', site)).to.deep.include(crashed);
  });

  it('gives the kernel found, and says so, where nothing supports the one named', async () => {
    expect(await kernelBy('--phys-base', '0x200000')).to.deep.include({
      ...capture,
      role: 'capture',
    });
    const { stdout } = await runCli(['probe', '--phys-base', '0x200000', path]);
    expect(oneLine(stdout)).to.include(
      'nothing in the dump supports the given kernel at phys_base 0x200000',
    );
  });

  it('reads, translates and analyzes the kernel named, not the other', async () => {
    for (const words of [
      ['read', path, textOfCrashed, '16'],
      ['translate', path, textOfCrashed],
      ['analyze', 'vmcoreinfo', path],
    ]) {
      const { status, stdout } = await runCli([...words, ...asked, '--json']);
      expect({ words, status }).to.deep.equal({ words, status: 0 });
      expect(stdout).not.to.include(capture.release);
    }
    expect((await runCli(['translate', path, textOfCapture, ...asked])).status).to.equal(1);
    expect((await runCli(['translate', path, textOfCrashed])).status).to.equal(1);
  });

  it('reads, translates and analyzes nothing where nothing supports the kernel named', async () => {
    for (const words of [
      ['read', path, textOfCapture, '16'],
      ['translate', path, textOfCapture],
      ['analyze', 'vmcoreinfo', path],
    ]) {
      const { status, stdout, stderr } = await runCli([...words, '--phys-base', '0x200000']);
      expect({ words, status, stdout }).to.deep.equal({ words, status: 1, stdout: '' });
      expect(stderr).to.include(
        'nothing in the dump supports the given kernel at phys_base 0x200000',
      );
    }
  });

  it('is repaired as of the kernel named, with its KASLR offset and names', async () => {
    const out = join(folder, 'mended');
    const { status, json } = await runCli(['repair', '--json', ...asked, path, out]);
    expect(status).to.equal(0);
    expect(json()[0]).to.deep.include({ confidence: 'told', physBase, kaslrOffset });
    expect(json()[0]).to.have.nested.property('utsname.release', crashed.release);
    expect(json()[0]).to.have.nested.property('vmcoreinfo.from', 'memory');
  });

  it('opens only the kernel that the caller of the library named', async () => {
    using dump = await open(path);
    const { located, explanation } = await dump.locate({ told: { physBase: 0x200000 } });
    expect(located).to.include(capture);
    expect(explanation).to.include(
      'nothing in the dump supports the given kernel at phys_base 0x200000',
    );
    expect(await codeOf(dump.kernel())).to.equal('no-kernel');
    expect(await codeOf(dump.analyze('vmcoreinfo'))).to.equal('no-kernel');
  });

  it('is repaired so by the library, whatever was located before', async () => {
    using dump = await open(path);
    expect((await dump.locate()).located).to.include(capture);
    const { plan } = await dump.repair(join(folder, 'mended'), { told: { physBase } });
    expect(plan.description?.kernel).to.include(crashed);
    expect((await dump.locate({ told: { physBase } })).located).to.include(crashed);
    const { plan: again } = await dump.repair(join(folder, 'again'));
    expect(again).to.deep.include({ confidence: 'certain' });
    expect(again.description?.kernel).to.include(crashed);
  });
});
