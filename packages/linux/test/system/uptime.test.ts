import { s390x, x8664 } from '@vmcorekit/architectures';
import type { Architecture } from '@vmcorekit/core';
import { expect } from 'chai';
import { timekeeperOf } from '../../dist/description/timekeeper.js';
import { uptimeOf } from '../../dist/system/uptime.js';
import { kernelWith, words } from './kernel-with.ts';

const second = 1_000_000_000n;
const now = 1_795_409_469n;

interface Clock {
  /** Whole seconds since the start, without those suspended. */
  readonly ran: bigint;
  readonly suspended?: bigint;
  readonly taiOffset?: bigint;
  readonly jiffies?: bigint | null;
}

/** tk_core as Linux has it, after a sequence count and the readers' bases. */
function uptime(
  { ran, suspended = 0n, taiOffset = 0n, jiffies }: Clock,
  architecture: Architecture = x8664,
) {
  const toMonotonic = ran - now;
  const real = -(toMonotonic * second + 300_000_000n);
  const clock = words(
    ...Array.from<bigint>({ length: 15 }).fill(0n),
    now,
    ran,
    toMonotonic,
    300_000_000n,
    real,
    suspended,
    real + taiOffset,
  );
  const kernel = kernelWith({
    tk_core: clock,
    ...(jiffies === undefined ? {} : { jiffies_64: jiffies === null ? null : words(jiffies) }),
  });
  const onMachine = { ...kernel, dump: { ...kernel.dump, architecture } };
  return uptimeOf(onMachine, timekeeperOf(onMachine));
}

function jiffiesAfter(seconds: number, hz: number): bigint {
  return 2n ** 32n + BigInt((seconds - 300) * hz);
}

describe('uptimeOf', () => {
  for (const hz of [100, 250, 300, 1000]) {
    it(`is proved by the clock and the count of ticks at ${hz} a second`, () => {
      expect(uptime({ ran: 90_061n, jiffies: jiffiesAfter(90_062, hz) })).to.deep.equal({
        value: 90_061,
        from: 'tk_core and jiffies_64',
      });
    });
  }

  it('counts the time that the machine was suspended, as /proc/uptime does', () => {
    const { value } = uptime({
      ran: 1000n,
      suspended: 500n * second + 1n,
      jiffies: jiffiesAfter(1000, 250),
    });
    expect(value).to.equal(1500);
  });

  it('is not proved where ticks and clock contradict each other', () => {
    expect(uptime({ ran: 5000n, jiffies: jiffiesAfter(4000, 250) }).value).to.equal(null);
    expect(uptime({ ran: 5000n, jiffies: 0n }).value).to.equal(null);
  });

  it('is proved where the clock of s390x began before the kernel', () => {
    const clock = { ran: 595n, jiffies: jiffiesAfter(584, 250) };
    expect(uptime(clock).value).to.equal(null);
    expect(uptime(clock, s390x).value).to.equal(595);
    expect(uptime({ ...clock, ran: 5000n }, s390x).value).to.equal(null);
  });

  it('rests on the clock alone where the ticks cannot be read', () => {
    for (const jiffies of [undefined, null]) {
      expect(uptime({ ran: 5000n, ...(jiffies === null ? { jiffies } : {}) })).to.deep.equal({
        value: 5000,
        from: 'tk_core',
      });
    }
  });

  it('is not proved where the time suspended is not', () => {
    const jiffies = jiffiesAfter(1000, 250);
    expect(uptime({ ran: 1000n, taiOffset: 37n * second, jiffies }).value).to.equal(1000);
    for (const wrong of [
      { taiOffset: 1n },
      { taiOffset: -second },
      { suspended: -1n },
      { suspended: 10n ** 19n },
    ]) {
      expect(uptime({ ran: 1000n, jiffies, ...wrong }).value).to.equal(null);
    }
  });

  it('is not proved without a timekeeper', () => {
    expect(uptimeOf(kernelWith({ tk_core: words(1n) }), undefined).value).to.equal(null);
  });
});
