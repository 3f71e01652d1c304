import {
  hex,
  type KernelView,
  type PlaceVariable,
  type Testimony,
  tryRead,
  type Witness,
} from '@vmcorekit/core';

/**
 * Reads the variables in which a kernel keeps its own place, by its symbols and through the
 * candidate's page tables: arm64's `kimage_voffset`, riscv64's `kernel_map`. The kernel computes
 * addresses with them, so they cannot be wrong in a kernel that ran. Needs CONFIG_KALLSYMS_ALL.
 */
export const placeVariable: Witness = {
  name: 'place-variable',
  summary:
    "compares the kernel's own variable of its place, read through the candidate's page tables, with the candidate",
  architectures: 'any',
  *testify({ dump: { layout } }, { kernel, claim }) {
    if (kernel === null) {
      return;
    }
    for (const variable of layout?.placeVariables ?? []) {
      const address = kernel.symbols.find(variable.name)?.address;
      const words = address === undefined ? undefined : wordsAt(kernel, variable, address);
      const imageOffset = words && variable.imageOffsetIn(words, claim.imageOffset);
      if (address !== undefined && imageOffset !== undefined) {
        yield testimonyOf(variable, address, imageOffset, claim.imageOffset);
      }
    }
  },
};

function wordsAt(
  { memory }: KernelView,
  { words }: PlaceVariable,
  address: bigint,
): readonly bigint[] | undefined {
  const size = BigInt(memory.wordSizeInBits / 8);
  return tryRead(() =>
    Array.from({ length: words }, (_, word) => memory.readPointer(address + size * BigInt(word))),
  );
}

function testimonyOf(
  { name }: PlaceVariable,
  address: bigint,
  imageOffset: bigint,
  candidate: bigint,
): Testimony {
  const isSame = imageOffset === candidate;
  return {
    stance: isSame ? 'for' : 'against',
    evidence: 'symbols',
    strength: isSame ? 'proof' : 'strong',
    isThroughPageTables: true,
    claim: { imageOffset },
    because: `the variable ${name} states the image offset ${hex(imageOffset)}`,
    at: [{ virtualAddress: address }],
  };
}
