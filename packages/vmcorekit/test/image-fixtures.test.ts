import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { open } from 'vmcorekit';

const folder = fileURLToPath(new URL('../../../fixtures/images/', import.meta.url));

/** What `lab/src/fixtures/images/trim-images.ts` writes, as far as it is compared here. */
interface ImageTruth {
  readonly format: string;
  readonly file: string;
  readonly kernel: {
    readonly physBase: number;
    readonly kaslrOffset: number;
    readonly release: string;
    readonly textPhysicalAddress: string;
  };
  readonly cpus:
    | readonly {
        readonly instructionPointer: string;
        readonly cr3: string;
        readonly cr4: string;
      }[]
    | null;
  readonly pages: { readonly count: number; readonly sha256: string };
  readonly origin: { readonly capturedBy: string; readonly writtenBy: string };
}

/** What this library calls the formats of the laboratory, if not the same. */
const formats: Readonly<Record<string, string>> = { 'qemu-stream': 'qemu-savevm' };

describe('images of real guests', () => {
  for (const name of readdirSync(folder)) {
    const truth = JSON.parse(readFileSync(join(folder, name, 'truth.json'), 'utf8')) as ImageTruth;

    it(`show the guest's own words: ${name}`, async () => {
      using dump = await open(join(folder, name, truth.file));
      expect(dump.image.format).to.equal(formats[truth.format] ?? truth.format);
      const { located, verdict } = await dump.locate();
      expect(verdict.confidence).to.equal('certain');
      expect({
        physBase: located?.physBase,
        kaslrOffset: located?.kaslrOffset,
        release: located?.release,
        textPhysicalAddress: located?.textPhysicalAddress,
      }).to.deep.equal({
        ...truth.kernel,
        textPhysicalAddress: Number(truth.kernel.textPhysicalAddress),
      });
      expect(verdict.origin).to.include(truth.origin);
      expect(dump.damage).to.deep.equal([]);
    });

    it(`have the registers and the bytes of the whole image: ${name}`, async () => {
      using dump = await open(join(folder, name, truth.file));
      const shown = dump.cpus.map(({ registers }) =>
        ['rip', 'cr3', 'cr4'].map((register) => registers.get(register)),
      );
      if (truth.cpus !== null) {
        expect(shown).to.deep.equal(
          truth.cpus.map(({ instructionPointer, cr3, cr4 }) =>
            [instructionPointer, cr3, cr4].map(BigInt),
          ),
        );
      }
      const { memory } = dump.image;
      const hash = createHash('sha256');
      let count = 0;
      for (const { start, end } of memory.storedRuns()) {
        for (let address = start; address < end; address += memory.pageSizeInBytes) {
          if (memory.pageState(address / memory.pageSizeInBytes) === 'stored') {
            hash.update(memory.read(address, memory.pageSizeInBytes));
            count++;
          }
        }
      }
      expect({ count, sha256: hash.digest('hex') }).to.deep.equal(truth.pages);
    });
  }
});
