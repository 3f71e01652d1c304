import { expect } from 'chai';
import fc from 'fast-check';
import { commandLineOf } from '../../dist/system/command-line.js';
import { kernelCpuCountsOf } from '../../dist/system/kernel-cpu-count.js';
import { loadAverageOf } from '../../dist/system/load-average.js';
import { taintOf } from '../../dist/system/taint.js';
import { taskCountOf } from '../../dist/system/task-count.js';
import { usableMemoryOf } from '../../dist/system/usable-memory.js';
import { addressOf, kernelWith, words } from './kernel-with.ts';

const pageSizeInBytes = 4096;

function word(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

describe('a variable of the kernel', () => {
  it('is not proved where no symbol leads to it, and the reason names it', () => {
    expect(taskCountOf(kernelWith({}))).to.deep.equal({
      value: null,
      because: 'no symbols of the kernel are known, so nr_threads cannot be found',
    });
    expect(taskCountOf(kernelWith({ other: word(1) }))).to.deep.equal({
      value: null,
      because: 'the symbols (the test) do not name nr_threads',
    });
  });

  it('is not proved where the dump lacks its page', () => {
    for (const read of [taskCountOf, taintOf, loadAverageOf, commandLineOf]) {
      const { value } = read(
        kernelWith({
          nr_threads: null,
          tainted_mask: null,
          avenrun: null,
          saved_command_line: null,
        }),
      );
      expect(value, read.name).to.equal(null);
    }
  });
});

describe('a zero', () => {
  it('proves nothing in a page of zeros, as one that was wiped', () => {
    const wiped = words(0n, 0n, 0n);
    const line = kernelWith({ saved_command_line: words(addressOf(2)) });
    expect(loadAverageOf(kernelWith({ avenrun: wiped })).value).to.equal(null);
    expect(taintOf(kernelWith({ tainted_mask: wiped })).value).to.equal(null);
    expect(commandLineOf(line).value).to.equal(null);
  });
});

describe('loadAverageOf', () => {
  const load = (...values: readonly bigint[]) =>
    loadAverageOf(kernelWith({ avenrun: words(...values, 1n) }));

  it('rounds as /proc/loadavg does', () => {
    expect(load(0n, 1n, 2048n)).to.deep.equal({ value: [0, 0, 1], from: 'avenrun' });
    expect(load(1n << 10n, 0x1000n + 11n, 2037n).value).to.deep.equal([0.5, 2.01, 0.99]);
  });

  it('never says more than a hundredth beside the fixed-point number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 30n }), (value) => {
        const [one = Number.NaN] = load(value, 0n, 0n).value ?? [];
        expect(one).to.be.closeTo(Number(value) / 2048, 0.01);
      }),
    );
  });

  it('is not proved where the words hold what no machine has', () => {
    expect(load(0n, 0xffffffff82000000n, 0n).value).to.equal(null);
  });
});

describe('taskCountOf', () => {
  it('counts tasks, and believes no number that no kernel has', () => {
    expect(taskCountOf(kernelWith({ nr_threads: word(135) })).value).to.equal(135);
    for (const wrong of [0, -1, 2 ** 22 + 1]) {
      expect(taskCountOf(kernelWith({ nr_threads: word(wrong) })).value, `${wrong}`).to.equal(null);
    }
  });
});

describe('taintOf', () => {
  const taint = (mask: bigint) => taintOf(kernelWith({ tainted_mask: words(mask, 1n) }));

  it('gives letters and words for each flag, also for one it does not know', () => {
    const { value } = taint((1n << 0n) | (1n << 12n) | (1n << 25n));
    expect(value?.mask).to.equal(0x2001001);
    expect(value?.flags.map(({ bit, letter }) => [bit, letter])).to.deep.equal([
      [0, 'P'],
      [12, 'O'],
      [25, null],
    ]);
    expect(value?.flags[1]?.meaning).to.include('outside the kernel tree');
  });

  it('is not tainted where the mask is zero, and not proved where it is none', () => {
    expect(taint(0n).value).to.deep.equal({ mask: 0, flags: [] });
    expect(taint(0xffffffff82000000n).value).to.equal(null);
  });
});

describe('commandLineOf', () => {
  const line = (bytes: Uint8Array) =>
    commandLineOf(
      kernelWith(
        { saved_command_line: words(addressOf(2)) },
        { at: { [`${addressOf(2)}`]: bytes } },
      ),
    );

  it('follows the pointer, and reads UTF-8 up to the NUL', () => {
    expect(line(Buffer.from('console=ttyS0 name=é \0rest'))).to.deep.equal({
      value: 'console=ttyS0 name=é',
      from: 'saved_command_line',
    });
  });

  it('is not proved where the pointer is null, leads nowhere, or the text has no end', () => {
    for (const pointer of [0n, 0x1000n]) {
      const { value } = commandLineOf(kernelWith({ saved_command_line: words(pointer) }));
      expect(value, `${pointer}`).to.equal(null);
    }
    expect(line(new Uint8Array(70_000).fill(0x41)).value).to.equal(null);
  });

  it('is not proved where the pointer leads to what is no text', () => {
    for (const rubbish of ['root=\x1b[31m', 'quiet\x7f', '\x01\x02 ro']) {
      expect(line(Buffer.from(`${rubbish}\0`)).value, JSON.stringify(rubbish)).to.equal(null);
    }
  });
});

describe('kernelCpuCountsOf', () => {
  const counts = (online: bigint, present: bigint, counter: number, possible = 0xffn) =>
    kernelCpuCountsOf(
      kernelWith({
        nr_cpu_ids: word(8),
        __cpu_online_mask: words(online, ~0n),
        __cpu_present_mask: words(present, ~0n),
        __cpu_possible_mask: words(possible, ~0n),
        __num_online_cpus: word(counter),
      }),
    );

  it('counts the bits of as many words as there may be CPUs', () => {
    const { online, present } = counts(0b0100n, 0b1111n, 1);
    expect(online).to.deep.equal({ value: 1, from: '__cpu_online_mask' });
    expect(present).to.deep.equal({ value: 4, from: '__cpu_present_mask' });
  });

  it('knows the names before Linux 4.5', () => {
    const kernel = kernelWith({ nr_cpu_ids: word(2), cpu_online_bits: words(3n) });
    expect(kernelCpuCountsOf(kernel).online).to.deep.equal({ value: 2, from: 'cpu_online_bits' });
  });

  it('is not proved where masks and count contradict each other', () => {
    expect(counts(0b11n, 0b11n, 1).online.value, 'the counter').to.equal(null);
    expect(counts(0b10n, 0b01n, 1).online.value, 'online, not present').to.equal(null);
    expect(counts(0b01n, 0b11n, 1, 1n).present.value, 'present, not possible').to.equal(null);
    expect(counts(0n, 0b11n, 0).online.value, 'none').to.equal(null);
  });

  it('is not proved without a usable nr_cpu_ids', () => {
    for (const wrong of [0, 100_000]) {
      const kernel = kernelWith({ nr_cpu_ids: word(wrong), __cpu_online_mask: words(3n) });
      expect(kernelCpuCountsOf(kernel).online.value, `${wrong}`).to.equal(null);
    }
  });
});

describe('usableMemoryOf', () => {
  it('multiplies the count of pages, by either name', () => {
    for (const name of ['_totalram_pages', 'totalram_pages']) {
      const kernel = kernelWith({ [name]: words(55_847n) });
      expect(usableMemoryOf(kernel, pageSizeInBytes)).to.deep.equal({
        value: 228_749_312,
        from: name,
      });
    }
  });

  it('is not proved where the number is none', () => {
    for (const wrong of [0n, 1n << 60n]) {
      const kernel = kernelWith({ _totalram_pages: words(wrong) });
      expect(usableMemoryOf(kernel, pageSizeInBytes).value, `${wrong}`).to.equal(null);
    }
  });
});
