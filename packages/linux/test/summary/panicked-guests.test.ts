import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ownBugOf } from '../../dist/summary/bug.js';
import { culpritIndex } from '../../dist/summary/panic-machinery.js';
import { signatureOf } from '../../dist/summary/signature.js';
import { framesOf } from './frames-of.ts';

interface PanickedGuest {
  /** Its cause, and its kernel: `panic-irq-6.1`. */
  readonly guest: string;
  readonly text: string;
  readonly isComplete: boolean;
  readonly frames: readonly string[];
}

const file = new URL('../../test/summary/panicked-guests.json', import.meta.url);
const { guests } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly guests: readonly PanickedGuest[];
};

function hashOf({ text, isComplete, frames }: PanickedGuest): string | null {
  const stack = framesOf(...frames).map((frame) => ({
    ...{ address: 1n, stackPointer: null, offset: 1, sizeInBytes: 2, stack: null, note: null },
    ...frame,
  }));
  const message = { text, nanoseconds: 1, oops: [], task: null };
  const end = { reason: 'user-mode' as const, isComplete, detail: null };
  const trace = { frames: stack, end, by: 'orc', remarks: [] };
  const culprit = culpritIndex(stack, text) ?? null;
  return signatureOf(message, ownBugOf({ message, records: [], trace, culprit })).hash;
}

describe('guests of the laboratory that panicked', () => {
  const causes = ['panic-sysrq', 'panic-irq', 'panic-nmi'];
  const hashesOf = (cause: string) => [
    ...new Set(guests.filter(({ guest }) => guest.startsWith(`${cause}-`)).map(hashOf)),
  ];

  for (const cause of causes) {
    it(`have one signature for ${cause} on Linux 5.10, 6.1, 6.12 and 7`, () => {
      expect(guests.filter(({ guest }) => guest.startsWith(`${cause}-`))).to.have.length(4);
      expect(hashesOf(cause)).to.have.length(1).and.not.include(null);
    });
  }

  it('have another signature for each other cause', () => {
    expect(new Set(causes.flatMap(hashesOf)).size).to.equal(causes.length);
  });
});
