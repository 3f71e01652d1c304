import {
  type ByteSource,
  type Damage,
  isZero,
  type Progress,
  plural,
  VmcorekitError,
} from '@vmcorekit/core';

/** Firecracker writes diff snapshots in pages of this size. */
const pageSizeInBytes = 4096;
const bytesPerStep: number = 1024 * 1024;
/** Files of 16 TiB, the largest of ext4: a sparse file can be larger, whatever it stores. */
const maxSizeInBytes: number = 2 ** 44;

/**
 * A file of memory under files of what changed since. A hole of a layer means "as below". Reading
 * does not tell a hole from zeros, so each page of zeros is taken from below. How many of them may
 * be stored is known from the size that the file system reports. Owns the files.
 *
 * Source: Firecracker, docs/snapshotting/snapshot-support.md ("diff snapshots") and
 * snapshot-editor's `edit-memory rebase`.
 */
export class LayeredSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  /** The base first. */
  readonly #layers: readonly ByteSource[];

  /** Throws `unsupported` for layers that are no layers of the first file. */
  constructor(name: string, [base, ...layers]: readonly [ByteSource, ...ByteSource[]]) {
    this.name = name;
    this.sizeInBytes = base.sizeInBytes;
    this.#layers = [base, ...layers];
    for (const layer of layers) {
      const refused = refusalOf(layer, base);
      if (refused !== undefined) {
        throw new VmcorekitError('unsupported', refused);
      }
    }
  }

  readInto(offset: number, target: Uint8Array): number {
    const end = Math.min(offset + target.length, this.sizeInBytes);
    if (end <= offset) {
      return 0;
    }
    const wanted = target.subarray(0, end - offset);
    const from = offset - (offset % pageSizeInBytes);
    const to = Math.min(this.sizeInBytes, Math.ceil(end / pageSizeInBytes) * pageSizeInBytes);
    if (from === offset && to === end) {
      return this.#readPages(this.#layers.length - 1, from, wanted);
    }
    // Only a whole page shows whether it is zero.
    const pages = new Uint8Array(to - from);
    const got = this.#readPages(this.#layers.length - 1, from, pages);
    wanted.set(pages.subarray(offset - from, end - from));
    return Math.max(0, Math.min(wanted.length, from + got - offset));
  }

  /**
   * Reads all layers once, and finds out how many of their pages of zeros may be stored. Yields
   * progress, returns what is not certain.
   */
  *check(): Generator<Progress, readonly Damage[], void> {
    const damage: Damage[] = [];
    for (const [index, layer] of this.#layers.entries()) {
      if (index > 0) {
        const pages = yield* pagesWithData(layer, index / this.#layers.length);
        damage.push(...unsettledIn(layer, pages, this.#layers[index - 1]?.name ?? ''));
      }
    }
    return damage;
  }

  [Symbol.dispose](): void {
    for (const layer of this.#layers) {
      layer[Symbol.dispose]();
    }
  }

  /** Reads whole pages from a layer, and those that are zero from the one below. */
  #readPages(index: number, offset: number, target: Uint8Array): number {
    const got = this.#layers[index]?.readInto(offset, target) ?? 0;
    if (index === 0) {
      return got;
    }
    for (let at = 0; at < got; ) {
      let end = at;
      while (end < got && isZero(target.subarray(end, Math.min(got, end + pageSizeInBytes)))) {
        end = Math.min(got, end + pageSizeInBytes);
      }
      if (end > at) {
        this.#readPages(index - 1, offset + at, target.subarray(at, end));
      }
      at = Math.max(end, at + pageSizeInBytes);
    }
    return got;
  }
}

function* pagesWithData(layer: ByteSource, fraction: number): Generator<Progress, number, void> {
  const bytes = new Uint8Array(bytesPerStep);
  let pages = 0;
  for (let offset = 0; offset < layer.sizeInBytes; offset += bytesPerStep) {
    const got = layer.readInto(offset, bytes);
    for (let at = 0; at < got; at += pageSizeInBytes) {
      pages += isZero(bytes.subarray(at, Math.min(got, at + pageSizeInBytes))) ? 0 : 1;
    }
    yield { kind: 'progress', doing: 'reading layers', fraction };
  }
  return pages;
}

/** Nothing where every page of zeros is a hole. A file system that compresses stores less. */
function unsettledIn(layer: ByteSource, pages: number, below: string): Damage[] {
  const stored = Math.ceil((layer.storedInBytes ?? 0) / pageSizeInBytes);
  if (stored === pages) {
    return [];
  }
  const count =
    stored < pages
      ? 'nothing says how many, because the file system compresses it'
      : `at most ${plural(stored - pages, 'page')}`;
  return [
    {
      name: 'layer-zeros-assumed',
      loses: 'nothing',
      detail: `pages of zeros in ${layer.name} are taken to be holes, and read as in ${below}; those that it stores (${count}) are older than they should be`,
    },
  ];
}

function refusalOf(
  layer: ByteSource,
  base: ByteSource,
): { readonly what: string; readonly advice: string } | undefined {
  if (layer.sizeInBytes !== base.sizeInBytes || layer.sizeInBytes > maxSizeInBytes) {
    return {
      what: `${layer.name} of ${plural(layer.sizeInBytes, 'byte')} as a layer over ${base.name} of ${plural(base.sizeInBytes, 'byte')}`,
      advice: `a layer is as large as its base, and at most ${maxSizeInBytes} bytes`,
    };
  }
  return layer.storedInBytes === undefined || layer.storedInBytes >= layer.sizeInBytes
    ? {
        what: `${layer.name}, which has no holes, as a layer over ${base.name}`,
        advice:
          'name the base first, and copy layers with their holes (`cp --sparse=auto`, `tar -S`)',
      }
    : undefined;
}
