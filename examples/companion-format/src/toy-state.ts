import {
  BasePhysicalMemory,
  type ByteOrder,
  type ByteSource,
  type DumpFormat,
  definePlugin,
  hasAt,
  imageOf,
  inOneStep,
  latin1Text,
  type PageState,
  PfnSet,
  type PhysicalRange,
  type Plugin,
  readExactly,
  VmcorekitError,
} from '@vmcorekit/core';

/**
 * Lines of text: `TOYSTATE`, `machine x86_64` as `uname -m` prints it, `memory NAME` of the file
 * with the memory, and `range START END` in hexadecimal for each stretch of memory, ascending. The
 * stretches follow each other in that file.
 */
const magic = 'TOYSTATE\n';
const maxSizeInBytes = 64 * 1024;
const pageSizeInBytes = 4096;

type StateRange = PhysicalRange & { readonly fileOffset: number };

interface State {
  readonly machine: string;
  readonly memoryName: string;
  readonly ranges: readonly StateRange[];
}

function readState(file: ByteSource): State {
  const lines = latin1Text(
    readExactly(file, 0, Math.min(file.sizeInBytes, maxSizeInBytes), 'state'),
  ).split('\n');
  const wordAfter = (key: string): string => {
    const line = lines.find((each) => each.startsWith(`${key} `));
    if (line === undefined) {
      throw malformed(key, 'a line of it', 'none');
    }
    return line.slice(key.length + 1);
  };
  const ranges: StateRange[] = [];
  let fileOffset = 0;
  for (const line of lines.filter((each) => each.startsWith('range '))) {
    const [, from = '', to = ''] = /^range ([0-9a-f]{1,12}) ([0-9a-f]{1,12})$/.exec(line) ?? [];
    const [start, end] = [Number.parseInt(from, 16), Number.parseInt(to, 16)];
    const isWhole = start % pageSizeInBytes === 0 && end % pageSizeInBytes === 0;
    if (!isWhole || end <= start || start <= (ranges.at(-1)?.end ?? -1)) {
      throw malformed('range', 'whole pages, ascending, that touch no range before', line);
    }
    ranges.push({ start, end, fileOffset });
    fileOffset += end - start;
  }
  return { machine: wordAfter('machine'), memoryName: wordAfter('memory'), ranges };
}

function malformed(field: string, wanted: string, got: string): VmcorekitError {
  return new VmcorekitError('malformed', {
    structure: 'toy state',
    fileOffset: 0,
    field,
    wanted,
    got,
  });
}

/** The memory in the companion file; what that file lacks is absent. */
class StateMemory extends BasePhysicalMemory {
  readonly pageSizeInBytes: number = pageSizeInBytes;
  readonly byteOrder: ByteOrder = 'little';
  readonly ranges: readonly StateRange[];
  readonly #file: ByteSource;
  readonly #read: PfnSet = new PfnSet();

  constructor(file: ByteSource, ranges: readonly StateRange[]) {
    super();
    this.#file = file;
    this.ranges = ranges;
  }

  get pagesRead(): number {
    return this.#read.size;
  }

  pageState(pfn: number): PageState {
    return this.#offsetOf(pfn) === undefined ? 'absent' : 'stored';
  }

  withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const pfn = Math.floor(address / pageSizeInBytes);
    const offset = this.#offsetOf(pfn);
    if (offset === undefined) {
      const because = 'the memory file does not hold it';
      throw new VmcorekitError('page-unreadable', {
        physicalAddress: address,
        pfn,
        state: 'absent',
        because,
      });
    }
    this.#read.add(pfn);
    return use(
      readExactly(this.#file, offset + (address % pageSizeInBytes), lengthInBytes, 'page'),
    );
  }

  *storedRuns(
    from: number = 0,
    to: number = Number.MAX_SAFE_INTEGER,
  ): Generator<PhysicalRange, void, void> {
    for (const range of this.ranges) {
      const stored = Math.max(0, this.#file.sizeInBytes - range.fileOffset);
      const end = Math.min(range.end, to, range.start + stored - (stored % pageSizeInBytes));
      const start = Math.max(range.start, from);
      if (start < end) {
        yield { start, end };
      }
    }
  }

  /** The place of a page in the file; undefined where the file does not hold all of it. */
  #offsetOf(pfn: number): number | undefined {
    const address = pfn * pageSizeInBytes;
    const range = this.ranges.find(({ start, end }) => start <= address && address < end);
    const offset = range === undefined ? undefined : range.fileOffset + address - range.start;
    return offset === undefined || offset + pageSizeInBytes > this.#file.sizeInBytes
      ? undefined
      : offset;
  }
}

export const toyState: DumpFormat = {
  name: 'toy-state',
  summary: 'states of a toy machine, with the memory in a file beside them',
  probe: ({ head }) =>
    hasAt(head, 0, magic) ? { because: 'begins with TOYSTATE', strength: 'signature' } : undefined,
  async open(files, { companion, architectures }) {
    const [file, ...others] = files;
    if (file === undefined || others.length > 0) {
      throw new VmcorekitError('contract', {
        what: `a toy state is one file, got ${files.length}`,
      });
    }
    const { machine, memoryName, ranges } = readState(file);
    const memoryFile = await companion(memoryName);
    if (memoryFile === undefined) {
      const advice = `put ${memoryName} beside it, by that name`;
      throw new VmcorekitError('unsupported', { what: `${file.name} without its memory`, advice });
    }
    return inOneStep(() =>
      imageOf({
        format: 'toy-state',
        architecture: architectures.ofUtsname(machine)?.name ?? null,
        memory: new StateMemory(memoryFile, ranges),
        [Symbol.dispose]() {
          memoryFile[Symbol.dispose]();
          file[Symbol.dispose]();
        },
      }),
    );
  },
};

export const plugin: Plugin = definePlugin({ name: 'example-toy-state', formats: [toyState] });

export default plugin;
