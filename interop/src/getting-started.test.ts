import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { guests, vmlinuxFiles } from './guests.ts';
import { has } from './peers.ts';
import { run } from './run.ts';
import { answerOf, vmcorekit } from './vmcorekit.ts';

const page = readFileSync(
  fileURLToPath(new URL('../../docs/getting-started.md', import.meta.url)),
  'utf8',
);
/** What the page leaves to these tests. */
const lines = [...page.matchAll(/<!-- not run: [^>]*interop tests[^>]* -->\n```sh\n(.*?)```/gs)]
  .flatMap(([, block = '']) => block.split('\n'))
  .filter((line) => line !== '');
const vmlinuxOf = vmlinuxFiles();
const guest = guests().find(({ name, buildId }) => name === 'ovmf-kaslr' && vmlinuxOf.has(buildId));

const hex = (value: number) => `${value < 0 ? '-' : ''}0x${Math.abs(value).toString(16)}`;

describe('docs/getting-started.md', () => {
  if (guest === undefined) {
    it('not tried: there is no dump of ovmf-kaslr, or no vmlinux of its kernel');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-getting-started-'));
  after(() => rmSync(folder, { recursive: true }));
  let offsets: { readonly physBase: number; readonly kaslrOffset: number };

  before(() => {
    const dump = join(folder, 'guest.vmcore');
    symlinkSync(resolve(guest.folder, 'kdump-zlib.vmcore'), dump);
    symlinkSync(resolve(vmlinuxOf.get(guest.buildId) ?? ''), join(folder, 'vmlinux'));
    offsets = (answerOf('probe', dump) as { kernel: typeof offsets }).kernel;
    const { status, output } = vmcorekit('repair', dump, join(folder, 'mended.kdump'));
    expect(status, output).to.equal(0);
  });

  it('leaves lines of crash, drgn and makedumpfile to this test', () => {
    expect(lines.map((line) => line.split(' ')[0])).to.include.members([
      'crash',
      'drgn',
      'makedumpfile',
    ]);
  });

  for (const line of lines) {
    const [tool = ''] = line.split(' ');
    if (!has[tool as keyof typeof has]) {
      it(`not tried: ${line}: ${tool} is not installed`);
      continue;
    }
    it(`opens the dump by ${line}`, () => {
      const ofThisDump = line
        .replace(/phys_base=\S+/, `phys_base=${hex(offsets.physBase)}`)
        .replace(/--kaslr=\S+/, `--kaslr=${hex(offsets.kaslrOffset)}`);
      const script = `cd '${folder}' && ${ofThisDump}`;
      const { status, output } = run('bash', ['-c', script], tool === 'crash' ? 'sys\nquit\n' : '');
      expect(status, output).to.equal(0);
      if (tool === 'crash') {
        expect(output).to.include(`RELEASE: ${guest.release}`);
      }
    });
  }
});
