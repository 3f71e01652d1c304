// stack DUMP OUT TIMES METHOD: writes a KDUMP file with a dump's memory so many times, one copy
// above the other.
import {
  BasePhysicalMemory,
  type DumpImage,
  type PageState,
  type PhysicalMemory,
  type PhysicalRange,
} from '@vmcorekit/core';
import { OutputFile } from '@vmcorekit/node';
import { createDefaultToolkit, open } from 'vmcorekit';

const stepInBytes = 2 ** 27;

/** Leaves out the firmware's ROM, which lies apart. */
class StackedMemory extends BasePhysicalMemory {
  readonly pageSizeInBytes: number;
  readonly byteOrder: PhysicalMemory['byteOrder'];
  readonly pagesRead = 0;
  readonly ranges: readonly PhysicalRange[];
  readonly #one: PhysicalMemory;
  readonly #spanInBytes: number;

  constructor(one: PhysicalMemory, times: number) {
    super();
    this.pageSizeInBytes = one.pageSizeInBytes;
    this.byteOrder = one.byteOrder;
    this.#one = one;
    this.#spanInBytes = Math.ceil((one.ranges[0]?.end ?? 0) / stepInBytes) * stepInBytes;
    this.ranges = [{ start: 0, end: times * this.#spanInBytes }];
  }

  override pageState(pfn: number): PageState {
    return this.#one.pageState(pfn % (this.#spanInBytes / this.pageSizeInBytes));
  }

  override withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    return this.#one.withView(address % this.#spanInBytes, lengthInBytes, use);
  }

  override *storedRuns(
    from: number = 0,
    to: number = Number.POSITIVE_INFINITY,
  ): Generator<PhysicalRange, void, void> {
    for (let base = 0; base < (this.ranges[0]?.end ?? 0); base += this.#spanInBytes) {
      for (const run of this.#one.storedRuns(0, this.#spanInBytes)) {
        const start = Math.max(from, base + run.start);
        const end = Math.min(to, base + run.end);
        if (start < end) {
          yield { start, end };
        }
      }
    }
  }
}

const [from = '', to = '', times = '8', compression = 'zlib'] = process.argv.slice(2);
const toolkit = createDefaultToolkit();
using dump = await open(from);
const image: DumpImage = Object.create(dump.image, {
  memory: { value: new StackedMemory(dump.image.memory, Number(times)) },
});
using file = new OutputFile(to);
const { writer } = toolkit.registry.named('formats', 'kdump');
const work = await writer?.write(image, file, { compression }, toolkit);
while (work?.next().done === false) {
  // Each step is a few pages.
}
file.commit();
