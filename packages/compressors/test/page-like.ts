import fc from 'fast-check';

/** Bytes like memory: runs, repeats and noise. */
export const pageLike: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      fc.record({
        bytes: fc.uint8Array({ minLength: 1, maxLength: 80 }),
        times: fc.integer({ min: 1, max: 60 }),
      }),
      fc.record({
        bytes: fc.uint8Array({ minLength: 1, maxLength: 1 }),
        times: fc.integer({ min: 1, max: 900 }),
      }),
    ),
    { maxLength: 12 },
  )
  .map(
    (parts) =>
      new Uint8Array(
        Buffer.concat(parts.flatMap(({ bytes, times }) => Array<Uint8Array>(times).fill(bytes))),
      ),
  );
