import {
  BasePhysicalMemory,
  BufferSource,
  type ByteSource,
  type Container,
  type ContainerContents,
  type DumpFormat,
  type DumpImage,
  type FileClaim,
  type FileHead,
  hasAt,
  imageOf,
  type PageState,
  type PhysicalRange,
  type Progress,
  readExactly,
  type SourceOpener,
  VmcorekitError,
} from '@vmcorekit/core';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const bytesOf = (text: string): Uint8Array => encoder.encode(text);
export const textOf = (source: ByteSource): string =>
  decoder.decode(readExactly(source, 0, source.sizeInBytes, 'all of it'));

export function claimBy(
  magic: string,
  strength: FileClaim['strength'] = 'signature',
): (file: FileHead) => FileClaim | undefined {
  return ({ head }) =>
    hasAt(head, 0, magic) ? { because: `it begins with ${magic}`, strength } : undefined;
}

/** A file in memory that knows whether it was closed. */
export class WatchedSource extends BufferSource {
  isDisposed: boolean = false;

  constructor(text: string, name?: string) {
    super(bytesOf(text), name);
  }

  override [Symbol.dispose](): void {
    this.isDisposed = true;
  }
}

/** One page, at address 0, full of whatever lies in a file. */
class OnePage extends BasePhysicalMemory {
  readonly pageSizeInBytes = 4096;
  readonly byteOrder = 'little';
  readonly ranges: readonly PhysicalRange[] = [{ start: 0, end: 4096 }];
  readonly pagesRead = 1;
  readonly #file: ByteSource;

  constructor(file: ByteSource) {
    super();
    this.#file = file;
  }

  pageState(pfn: number): PageState {
    return pfn === 0 ? 'stored' : 'absent';
  }

  withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const page = new Uint8Array(4096);
    this.#file.readInto(0, page);
    return use(page.subarray(address, address + lengthInBytes));
  }

  storedRuns(): readonly PhysicalRange[] {
    return this.ranges;
  }
}

/** `STATE NAME`: the memory lies in the file NAME beside it. */
export const stateFormat: DumpFormat = {
  name: 'state',
  summary: 'a state with its memory beside it',
  probe: claimBy('STATE '),
  async open([file], context) {
    const name = textOf(file as ByteSource).slice('STATE '.length);
    const memory = await context.companion(name);
    return imageIn(file as ByteSource, memory ?? (file as ByteSource));
  },
};

function* imageIn(file: ByteSource, memory: ByteSource): Generator<Progress, DumpImage, void> {
  yield { kind: 'progress', doing: 'opening', fraction: null };
  return imageOf({
    format: 'state',
    memory: new OnePage(memory),
    [Symbol.dispose]() {
      file[Symbol.dispose]();
      memory[Symbol.dispose]();
    },
  });
}

/** `SHELF`, then a JSON object of texts by name. */
export const shelf: Container = {
  name: 'shelf',
  probe: claimBy('SHELF'),
  async open(source) {
    return booksOf(source);
  },
};

function* booksOf(source: ByteSource): Generator<Progress, ContainerContents, void> {
  const books = JSON.parse(textOf(source).slice('SHELF'.length)) as Record<string, string>;
  yield { kind: 'progress', doing: 'counting', fraction: 0.5 };
  return {
    entries: Object.entries(books).map(([name, text]) => ({ name, sizeInBytes: text.length })),
    open: ({ name }) => new BufferSource(bytesOf(books[name] ?? ''), name),
    damage: [],
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}

export function shelfWith(books: Record<string, string>): string {
  return `SHELF${JSON.stringify(books)}`;
}

/** Files of a folder that is an object. */
export function memoryOpener(
  files: Record<string, string>,
  schemes: readonly string[] = ['file'],
): SourceOpener {
  return {
    name: `${schemes[0]}-opener`,
    summary: 'files of a test',
    schemes,
    async open(url) {
      const text = files[url];
      if (text === undefined) {
        throw new VmcorekitError('io', { file: url, because: 'no such file' });
      }
      return new WatchedSource(text, url);
    },
    async companion(_url, name) {
      const text = files[name];
      return text === undefined ? undefined : new WatchedSource(text, name);
    },
  };
}

/** The error that work ends with. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('did not throw');
}
