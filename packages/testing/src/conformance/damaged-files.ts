import { BufferSource } from '@vmcorekit/core';
import { headOf } from '../opening.ts';
import { propertyRuns } from '../property-runs.ts';
import { check } from './check.ts';
import { randomBytes, randomWords } from './random.ts';

/** The number of damaged files that a suite tries; five times as many in continuous integration. */
const damagedFiles: number = propertyRuns(50);
const headSizeInBytes = 64 * 1024;

/** A format or a container: what claims files. */
export interface Claimant {
  readonly name: string;
  readonly probe: (file: ReturnType<typeof headOf>) => { readonly because: string } | undefined;
}

/** Checks that foreign files are not claimed: empty ones, zeros, noise. */
export function checkStrangers(claimant: Claimant): void {
  const strangers = [
    new Uint8Array(0),
    new Uint8Array(headSizeInBytes),
    ...[1, 2, 3].map((seed) => randomBytes(seed, headSizeInBytes)),
  ];
  for (const bytes of strangers) {
    const kind = bytes[0] === 0 ? 'zeros' : 'noise';
    check(claimant.probe(headOf(bytes)) === undefined, `claims ${bytes.length} bytes of ${kind}`);
  }
}

/**
 * Checks that a file is claimed with a reason, and that probing any part of its head throws
 * nothing.
 */
export function checkClaim(claimant: Claimant, file: Uint8Array): void {
  check(typeof claimant.probe(headOf(file))?.because === 'string', 'is not claimed');
  for (let length = 0; length < Math.min(file.length, 1024); length++) {
    claimant.probe(headOf(file.subarray(0, length)));
  }
}

/** The files repeated, each time cut short or with some bytes changed; the same on every run. */
export function* damaged(files: readonly Uint8Array[]): Generator<Uint8Array[], void, void> {
  const words = randomWords(files.length);
  for (let round = 0; round < damagedFiles; round++) {
    yield files.map((file) => {
      // A Buffer's `slice` would share its bytes.
      const copy = new Uint8Array(file).subarray(
        0,
        round % 3 === 0 ? words.next().value % (file.length + 1) : file.length,
      );
      // Most bytes that control a reader are at the start.
      const within = round % 2 === 0 ? Math.min(copy.length, 512) : copy.length;
      const at = words.next().value % Math.max(1, within);
      copy.fill(words.next().value & 0xff, at, at + 1 + (words.next().value % 8));
      return copy;
    });
  }
}

/** Records whether it was closed. */
export class WatchedSource extends BufferSource {
  isDisposed: boolean = false;

  override [Symbol.dispose](): void {
    this.isDisposed = true;
  }
}
