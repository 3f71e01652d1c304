import { must } from './target.ts';

const chunk = 4096;

/** A read in one piece gives the same as in two, and as much as there is. */
export function checkRead(
  source: { readonly sizeInBytes: number; readInto(offset: number, target: Uint8Array): number },
  offset: number,
): void {
  const whole = new Uint8Array(chunk);
  const got = source.readInto(offset, whole);
  must(
    got === Math.max(0, Math.min(chunk, source.sizeInBytes - offset)),
    `a read at ${offset} gave ${got} bytes of ${source.sizeInBytes}`,
  );
  const half = got >> 1;
  const parts = new Uint8Array(chunk);
  source.readInto(offset, parts.subarray(0, half));
  source.readInto(offset + half, parts.subarray(half, got));
  must(Buffer.compare(whole, parts) === 0, `reads at ${offset} in one piece and in two differ`);
}
