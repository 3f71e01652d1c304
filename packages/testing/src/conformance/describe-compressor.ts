import { type Compressor, isVmcorekitError } from '@vmcorekit/core';
import { check, shown } from './check.ts';
import { randomBytes, randomWords } from './random.ts';
import { runnerOf, type TestRunner } from './runner.ts';

export interface CompressorSuite {
  /** Streams from another encoder, with what they decode to. */
  readonly samples: readonly {
    readonly title: string;
    readonly encoded: Uint8Array;
    readonly decoded: Uint8Array;
  }[];
  readonly runner?: TestRunner;
}

const pageSizeInBytes = 4096;
const margin = 64;
const marginByte = 0xa5;

const pages: Readonly<Record<string, Uint8Array>> = {
  'a page of zeros': new Uint8Array(pageSizeInBytes),
  'a page of text': new TextEncoder()
    .encode('Linux version 6.1.0 (builder@host) '.repeat(200))
    .slice(0, pageSizeInBytes),
  'a page of noise': randomBytes(7, pageSizeInBytes),
  'one byte': Uint8Array.of(1),
};

/**
 * Tests that a codec keeps its contract: exact on good streams, `bad-data` on damaged ones, and
 * never a byte beyond its output.
 */
export function describeCompressor(
  compressor: Compressor,
  { samples, runner }: CompressorSuite,
): void {
  const { describe, it } = runnerOf(runner);
  const prepared = async () => {
    check(compressor.isAvailable(), 'it is not available on this platform');
    await compressor.prepare?.();
  };
  describe(`compressor ${compressor.name}: the contract`, () => {
    it('is called METHOD-IMPLEMENTATION', () => {
      check(
        compressor.name.startsWith(`${compressor.method}-`),
        `'${compressor.name}' does not begin with '${compressor.method}-'`,
      );
    });

    for (const { title, encoded, decoded } of samples) {
      it(`decodes ${title}`, async () => {
        await prepared();
        check(
          shown([...decode(compressor, encoded, decoded.length)]) === shown([...decoded]),
          'decoded to something else',
        );
      });

      it(`refuses ${title} with an output that is too short, and writes nothing beyond it`, async () => {
        await prepared();
        check(
          refusal(compressor, encoded, decoded.length - 1),
          'decoded more than the output takes',
        );
      });

      it(`refuses or decodes ${title}, damaged, and throws nothing but bad-data`, async () => {
        await prepared();
        const words = randomWords(encoded.length);
        for (let round = 0; round < 200; round++) {
          const damaged = encoded.slice(
            0,
            round % 2 === 0 ? encoded.length : words.next().value % encoded.length,
          );
          const at = words.next().value % Math.max(1, damaged.length);
          damaged.fill(words.next().value & 0xff, at, at + 1);
          refusal(compressor, damaged, decoded.length);
        }
      });
    }

    if (compressor.encode !== undefined) {
      for (const [title, page] of Object.entries(pages)) {
        it(`gives back ${title} that it encoded, or says that it does not fit`, async () => {
          await prepared();
          const output = guarded(page.length + 1024);
          const length = compressor.encode?.(page, output.inside) ?? -1;
          checkMargins(output);
          check(
            length <= output.inside.length,
            `says it wrote ${length} bytes into ${output.inside.length}`,
          );
          if (length >= 0) {
            const back = decode(compressor, output.inside.slice(0, length), page.length);
            check(shown([...back]) === shown([...page]), 'came back as something else');
          }
        });

        it(`says that ${title} does not fit into no room, and writes nothing beyond it`, async () => {
          await prepared();
          const output = guarded(0);
          check(compressor.encode?.(page, output.inside) === -1, 'found room where there is none');
          checkMargins(output);
        });
      }
    }
  });
}

interface Guarded {
  readonly all: Uint8Array;
  readonly inside: Uint8Array;
}

/** Room between two margins that must stay untouched. */
function guarded(length: number): Guarded {
  const all = new Uint8Array(length + 2 * margin).fill(marginByte);
  return { all, inside: all.subarray(margin, margin + length) };
}

function checkMargins({ all }: Guarded): void {
  const margins = [...all.subarray(0, margin), ...all.subarray(all.length - margin)];
  check(
    margins.every((byte) => byte === marginByte),
    'wrote outside its output',
  );
}

function decode(compressor: Compressor, encoded: Uint8Array, length: number): Uint8Array {
  const output = guarded(length);
  const written = compressor.decode(encoded, output.inside);
  checkMargins(output);
  check(written >= 0 && written <= length, `says it wrote ${written} bytes into ${length}`);
  return output.inside.slice(0, written);
}

/** Whether it refuses; throws where it fails in another way. */
function refusal(compressor: Compressor, encoded: Uint8Array, length: number): boolean {
  const output = guarded(length);
  try {
    compressor.decode(encoded, output.inside);
    return false;
  } catch (error) {
    if (isVmcorekitError(error, 'bad-data')) {
      return true;
    }
    throw new Error('threw something else than bad-data', { cause: error });
  } finally {
    checkMargins(output);
  }
}
