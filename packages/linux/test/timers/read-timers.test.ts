import { resultOf } from '@vmcorekit/core';
import { kernelClockOf, readTimers, type Timers } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { now, type TimerKernel, timerKernel } from './timer-kernel.ts';

const second = 1_000_000_000n;

function read({ place }: TimerKernel): Timers {
  const found = resultOf(readTimers(place.kernel()));
  if (typeof found === 'string') {
    throw new Error(found);
  }
  return found;
}

describe('the clock of a kernel', () => {
  it('is the timekeeper, and its interval says how many ticks a second has', () => {
    const { monotonic, jiffies, ticksPerSecond } = kernelClockOf(timerKernel().place.kernel());
    expect([monotonic.value, jiffies.value, ticksPerSecond.value]).to.deep.equal([
      ...[now.monotonic, now.jiffies, 250],
    ]);
  });

  it('proves no frequency that the count of jiffies contradicts', () => {
    const { place } = timerKernel('plain', { ticks: now.jiffies + 5000n });
    expect(kernelClockOf(place.kernel()).ticksPerSecond).to.deep.equal({
      value: null,
      because: 'the interval of tk_core says 250 Hz, and jiffies_64 does not agree',
    });
  });

  it('is not proved where the types lay the timekeeper out otherwise', () => {
    const { place } = timerKernel();
    place.set((place.symbols.tk_core ?? 0n) + 8n, 'timekeeper', { 'tkr_mono.base': 5n });
    expect(kernelClockOf(place.kernel()).monotonic).to.deep.equal({
      value: null,
      because: 'tk_core contradicts itself',
    });
  });
});

describe('the timers of a kernel', () => {
  for (const [wheels, kinds] of [
    [1, ['all']],
    [2, ['standard', 'deferrable']],
    [3, ['local', 'global', 'deferrable']],
  ] as const) {
    it(`wait in ${wheels} wheels a CPU, the next to expire first`, () => {
      const built = timerKernel('plain', { wheels });
      const late = built.timer(1, wheels - 1, 3, now.jiffies + 500n, 'late');
      const overdue = built.timer(1, wheels - 1, 9, now.jiffies - 25n, 'overdue');
      const { cpus, remarks } = read(built);
      expect(remarks).to.deep.equal([]);
      expect(cpus.map(({ wheels: found }) => found?.map(({ kind }) => kind))).to.deep.equal([
        kinds,
        kinds,
      ]);
      expect(
        cpus[1]?.wheels?.[wheels - 1]?.timers.map((timer) => [
          timer.address,
          timer.inJiffies,
          timer.inSeconds,
          timer.function?.name,
        ]),
      ).to.deep.equal([
        [overdue, -25n, -0.1, 'overdue'],
        [late, 500n, 2, 'late'],
      ]);
    });
  }

  for (const form of ['plain', 'linked'] as const) {
    it(`wait in a queue a clock, in trees of ${form} nodes`, () => {
      const built = timerKernel(form);
      const [one, other] = built.hrtimers(0, 0, [
        [now.monotonic + second, 'tick'],
        [now.monotonic + 2n * second, 'hrtimer_wakeup'],
      ]);
      const [wall] = built.hrtimers(0, 5, [[now.monotonic + 1_700_000_003n * second, 'wall']]);
      const { cpus, remarks } = read(built);
      expect(remarks).to.deep.equal([]);
      const queues = cpus[0]?.queues ?? [];
      expect(queues.map(({ clock, isSoft }) => `${clock}${isSoft ? ' soft' : ''}`)).to.deep.equal([
        ...['monotonic', 'realtime', 'boottime', 'tai'],
        ...['monotonic soft', 'realtime soft', 'boottime soft', 'tai soft'],
      ]);
      expect(
        queues[0]?.timers.map(({ address, inNanoseconds, function: code }) => [
          address,
          inNanoseconds,
          code?.name,
        ]),
      ).to.deep.equal([
        [one, second, 'tick'],
        [other, 2n * second, 'hrtimer_wakeup'],
      ]);
      expect(queues[5]?.timers[0]).to.deep.include({ address: wall, inNanoseconds: 3n * second });
    });
  }

  it('are none of another CPU, or of another queue', () => {
    const built = timerKernel();
    const { place } = built;
    place.set(built.wheel(1, 0), 'timer_base', { cpu: 7 });
    const [timer = 0n] = built.hrtimers(0, 1, [[5n, 'tick']]);
    place.set(timer, 'hrtimer', { base: 0x1234n });
    place.set(built.queue(1, 2), 'hrtimer_clock_base', { index: 6 });
    const { cpus, remarks } = read(built);
    expect(cpus[1]?.wheels?.length).to.equal(1);
    expect(cpus[1]?.queues?.map(({ index }) => index)).to.deep.equal([0, 1, 3, 4, 5, 6, 7]);
    expect(remarks.map((remark) => remark.replace(/at 0x\w+, /, ''))).to.deep.equal([
      'hrtimer_bases of CPU 0, clock 1: the timer there names another queue as its own',
      'timer_bases of CPU 1: the wheel there is of CPU 7',
      'hrtimer_bases of CPU 1, clock 2: it has index 6',
    ]);
  });

  it('are read of one kind where the kernel has no symbol of the other', () => {
    const built = timerKernel();
    delete built.place.symbols.timer_bases;
    const { cpus, remarks } = read(built);
    expect(cpus.map(({ wheels, queues }) => [wheels, queues?.length])).to.deep.equal([
      [null, 8],
      [null, 8],
    ]);
    expect(remarks).to.deep.equal(['the symbols do not name timer_bases']);
    delete built.place.symbols.hrtimer_bases;
    expect(resultOf(readTimers(built.place.kernel()))).to.equal(
      'the symbols do not name timer_bases; the symbols do not name hrtimer_bases',
    );
  });

  it('end and throw nothing wherever memory is damaged', () => {
    const property = fc.property(
      fc.constantFrom('plain' as const, 'linked' as const),
      fc.array(fc.tuple(fc.nat(), fc.bigInt(0n, 2n ** 64n - 1n)), { maxLength: 12 }),
      fc.nat(),
      (form, writes, lost) => {
        const built = timerKernel(form);
        const { place } = built;
        built.timer(0, 0, 3, 5n, 'one');
        built.hrtimers(1, 0, [
          [1n, 'tick'],
          [2n, 'tock'],
        ]);
        const from = built.wheel(0, 0) - 64n;
        for (const [where, word] of writes) {
          place.put(from + ((BigInt(where) * 8n) % 0x2000n), word);
        }
        place.lose(from + (BigInt(lost) % 0x2000n));
        const found = resultOf(readTimers(place.kernel()));
        expect(typeof found === 'string' || found.cpus.length <= 64).to.equal(true);
      },
    );
    fc.assert(property, { numRuns: 40 });
  });
});
