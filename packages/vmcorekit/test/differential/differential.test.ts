import { BufferSource } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import fc from 'fast-check';
import { createDefaultToolkit } from 'vmcorekit';
import { checkMemory, checkRead, checkVerify, converted, type Step } from './checks.ts';
import { anyElfDump } from './elf-dumps.ts';
import { anyKdumpDump } from './kdump-dumps.ts';
import type { GeneratedDump } from './truth.ts';

/**
 * Dumps of each kind. More of them by `VMCOREKIT_DIFFERENTIAL_RUNS`, others by
 * `VMCOREKIT_DIFFERENTIAL_SEED`.
 */
const numRuns = Number(process.env.VMCOREKIT_DIFFERENTIAL_RUNS ?? 40);
const seed = process.env.VMCOREKIT_DIFFERENTIAL_SEED;
/** The command is asked about each so-manyth dump: it opens files. */
const dumpsPerCommand = 5;
const maxReadInBytes = 9000;

const anyStep: fc.Arbitrary<Step> = fc.record({
  format: fc.constantFrom('elf', 'kdump'),
  compression: fc.constantFrom('none', 'zlib'),
  isFlattened: fc.boolean(),
  isSplit: fc.boolean(),
});

describe('generated dumps, held against what their generator knows', () => {
  for (const [name, anyDump] of [
    ['ELF', anyElfDump],
    ['KDUMP', anyKdumpDump],
  ] as const) {
    it(`${name}: every byte held is read, counted and kept, or its loss is reported`, async () => {
      const toolkit = createDefaultToolkit();
      let dumps = 0;
      await fc.assert(
        fc.asyncProperty(
          anyDump.map(printedAsRecipe),
          fc.array(anyStep, { minLength: 1, maxLength: 3 }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          async (generated, steps, where) => {
            await checkDump(
              toolkit,
              generated,
              steps,
              dumps++ % dumpsPerCommand === 0 ? where : null,
            );
          },
        ),
        { numRuns, ...(seed === undefined ? {} : { seed: Number(seed) }) },
      );
    }).timeout(0);
  }
});

/** A counterexample prints what the dump was made of, not its bytes. */
function printedAsRecipe(generated: GeneratedDump): GeneratedDump {
  return Object.assign(generated, { [fc.toStringMethod]: () => JSON.stringify(generated.recipe) });
}

async function checkDump(
  toolkit: Toolkit,
  generated: GeneratedDump,
  steps: readonly Step[],
  whereToRead: number | null,
): Promise<void> {
  let { truth } = generated;
  using opened = await toolkit.open(
    generated.files.map((bytes, index) => new BufferSource(bytes, `part ${index}`)),
  );
  checkMemory(opened.image, truth);
  await checkVerify(toolkit, opened, generated);
  if (whereToRead !== null) {
    const start = Math.floor(whereToRead * (truth.sizeInBytes - 1));
    await checkRead(generated, truth, start, Math.min(maxReadInBytes, truth.sizeInBytes - start));
  }
  let dump = opened;
  if (
    truth
      .pageStates()
      .some((state) => state === 'stored' || state === 'zero' || state === 'partial')
  ) {
    for (const step of steps) {
      // oxlint-disable-next-line no-await-in-loop -- each converts what the one before made
      ({ dump, truth } = await converted(toolkit, dump, truth, step));
      checkMemory(dump.image, truth);
    }
  }
}
