import { type Compressor, isVmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';

export const pageSizeInBytes = 4096;
const guardSizeInBytes = 64;
export const guard = 0xa5;

export type Outcome = Uint8Array | 'bad-data';

/**
 * Decodes into the middle of a guarded buffer: the bytes decoded, or the one error a codec may
 * give.
 */
export function decode(
  compressor: Compressor,
  input: Uint8Array,
  sizeInBytes: number = pageSizeInBytes,
): Outcome {
  const whole = new Uint8Array(sizeInBytes + 2 * guardSizeInBytes).fill(guard);
  const output = whole.subarray(guardSizeInBytes, guardSizeInBytes + sizeInBytes);
  let outcome: Outcome;
  try {
    const length = compressor.decode(input, output);
    expect(length).to.be.within(0, sizeInBytes);
    outcome = output.slice(0, length);
  } catch (error) {
    if (!isVmcorekitError(error, 'bad-data')) {
      throw error;
    }
    outcome = 'bad-data';
  }
  expect(whole.subarray(0, guardSizeInBytes).every((byte) => byte === guard)).to.equal(true);
  expect(whole.subarray(guardSizeInBytes + sizeInBytes).every((byte) => byte === guard)).to.equal(
    true,
  );
  return outcome;
}
