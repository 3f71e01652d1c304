import { type StepGuard, VmcorekitError } from '@vmcorekit/core';

/**
 * A clock that only work moves, instead of the machine's, for the tests of one `describe`: what
 * passes on a fast machine passes on a slow one.
 */
export function withOwnClock(): { advance(milliseconds: number): void; readonly guard: StepGuard } {
  const real = performance.now.bind(performance);
  let now = 0;
  let deadline = Number.POSITIVE_INFINITY;
  let guarded = '';
  let limitInMilliseconds = 0;
  before(() => {
    performance.now = () => now;
  });
  after(() => {
    performance.now = real;
  });
  return {
    advance(milliseconds) {
      now += milliseconds;
      if (now > deadline) {
        throw new VmcorekitError('timed-out', { what: guarded, milliseconds: limitInMilliseconds });
      }
    },
    guard(work, limit, what) {
      deadline = now + limit;
      guarded = what;
      limitInMilliseconds = limit;
      try {
        return work();
      } finally {
        deadline = Number.POSITIVE_INFINITY;
      }
    },
  };
}
