import {
  hex,
  type Kernel,
  type Progress,
  sizeOfRanges,
  type VirtualAddress,
} from '@vmcorekit/core';
import { WalkNotes } from '../containers/walk.ts';
import { xarrayEntries } from '../containers/xarray.ts';
import { pageSizeOf } from '../page-size.ts';
import { perKernel } from '../per-kernel.ts';
import { optional, place, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { type FilePart, FileParts } from './file-parts.ts';
import { type Inode, inodeAt } from './inode.ts';
import { knowsPageFrames, pageFrameOf } from './page-frames.ts';
import { superBlockAt } from './super-block.ts';

const pagesPerStep = 512;
/** S_DAX, whose cache has no pages. Source: Linux, include/linux/fs.h. */
const daxFlag = 0x2000n;
/** A folio has at most 1 GiB: PUD_ORDER of x86. */
const maxFolioInPages = 2n ** 18n;
/** Their files exist in memory only, so what is not there is a hole, which reads as zeros. */
const memoryFileSystems: ReadonlySet<string> = new Set(['tmpfs', 'rootfs', 'ramfs', 'devtmpfs']);
/** Their files are read from the kernel itself. */
const withoutContents: ReadonlySet<string> = new Set([
  ...['proc', 'sysfs', 'debugfs', 'tracefs', 'securityfs', 'cgroup', 'cgroup2', 'configfs'],
  ...[
    'bpf',
    'efivarfs',
    'selinuxfs',
    'nsfs',
    'pidfs',
    'mqueue',
    'devpts',
    'binfmt_misc',
    'fusectl',
  ],
]);

/** What a kernel has of a file in memory. */
export interface CachedFile {
  readonly inode: Inode;
  /** The type of its file system; null where not proved. */
  readonly fileSystem: string | null;
  readonly sizeInBytes: bigint;
  readonly parts: readonly FilePart[];
  readonly remarks: readonly string[];
}

const readersOf = perKernel((kernel: Kernel) => ({
  mapping: knownReader(kernel, 'address_space', {
    host: pointer('host'),
    pages: place('i_pages', 'page_tree'),
  }),
  // Linux 7 describes a page of a file by its folio alone.
  page:
    knownReader(kernel, 'folio', {
      flags: wide('flags.f', 'flags'),
      mapping: pointer('mapping'),
      index: wide('index'),
    }) ??
    knownReader(kernel, 'page', {
      flags: wide('flags'),
      mapping: pointer('mapping'),
      index: wide('index'),
    }),
  inode: knownReader(kernel, 'inode', { flags: optional(wide('i_flags')) }),
  upToDate: kernel.types.enumeration('pageflags')?.get('PG_uptodate'),
}));

/**
 * The pages of a file that the kernel has in memory. `address` is of its inode. Each page must name
 * the file and its place in it, or it is `not proved`. A sentence where the file cannot be read.
 * Source: Linux, mm/filemap.c.
 */
export function* cachedFileAt(
  kernel: Kernel,
  address: VirtualAddress,
): Generator<Progress, CachedFile | string, void> {
  const { mapping: mappings, page, upToDate, inode: flagsReader } = readersOf(kernel);
  if (mappings === undefined || page === undefined || upToDate === undefined) {
    return withoutTypes(kernel, 'struct address_space and page');
  }
  if (!knowsPageFrames(kernel)) {
    return 'neither vmemmap_base nor VMCOREINFO says where the kernel describes its pages';
  }
  const inode = inodeAt(kernel, address);
  const mapping = inode === undefined ? undefined : mappings.tryRead(inode.mapping);
  if (inode === undefined || mapping === undefined) {
    return `the inode at ${hex(address)} cannot be read`;
  }
  const fileSystem = superBlockAt(kernel, inode.superBlock)?.type ?? null;
  const refused = refusalOf(inode, mapping.host, fileSystem, flagsReader?.tryRead(address)?.flags);
  if (refused !== undefined) {
    return refused;
  }
  const notes = new WalkNotes();
  const isInMemory = fileSystem !== null && memoryFileSystems.has(fileSystem);
  const pageSize = BigInt(pageSizeOf(kernel));
  const pageCount = (inode.sizeInBytes + pageSize - 1n) / pageSize;
  const pagesOfMemory = BigInt(sizeOfRanges(kernel.dump.image.memory.ranges)) / pageSize;
  const parts = new FileParts(pageSize);
  let next = 0n;
  let looked = 0;
  for (const { index, last, entry } of xarrayEntries(kernel, mapping.pages, notes, {
    name: 'the pages of the file',
  })) {
    if (++looked % pagesPerStep === 0) {
      const fraction = pageCount === 0n ? null : Number(index) / Number(pageCount);
      yield { kind: 'progress', doing: 'looking at the pages of the file', fraction };
    }
    if (index >= pageCount) {
      break;
    }
    const end = last + 1n < pageCount ? last + 1n : pageCount;
    parts.gap(next, index);
    next = end;
    if ((entry & 1n) === 1n) {
      parts.missing(index, end, isInMemory ? 'swapped out' : 'evicted');
      continue;
    }
    const values = page.tryRead(entry);
    const first = pageFrameOf(kernel, entry);
    if (
      values === undefined ||
      first === undefined ||
      values.mapping !== inode.mapping ||
      values.index > index ||
      end - values.index > maxFolioInPages ||
      parts.heldPages > pagesOfMemory
    ) {
      parts.missing(index, end, 'not proved');
    } else if (((values.flags >> upToDate) & 1n) === 0n) {
      parts.missing(index, end, 'not read yet');
    } else {
      const pfn = BigInt(first) + index - values.index;
      parts.held(kernel, index, end, Number(pfn * pageSize));
    }
  }
  parts.gap(next, pageCount);
  const isWhole = notes.all.length === 0;
  return {
    inode,
    fileSystem,
    sizeInBytes: inode.sizeInBytes,
    parts: parts.result(isInMemory && isWhole ? null : isWhole ? 'not cached' : 'not proved'),
    remarks: notes.remarks(),
  };
}

function refusalOf(
  { address, type, mapping, sizeInBytes }: Inode,
  host: VirtualAddress,
  fileSystem: string | null,
  flags: bigint | null | undefined,
): string | undefined {
  if (type !== 'REG') {
    return `the inode at ${hex(address)} is no plain file, but ${type ?? 'of an unknown type'}`;
  }
  if (host !== address) {
    return (
      `the pages of the file belong to another inode, ${hex(host)}` +
      (fileSystem === 'overlay' ? ': an overlay has none of its own' : '')
    );
  }
  if (fileSystem === 'overlay') {
    return 'a file of an overlay has no pages of its own: extract the file below it';
  }
  if (fileSystem === 'hugetlbfs') {
    return 'files of hugetlbfs have larger pages, which are not read';
  }
  if (fileSystem !== null && withoutContents.has(fileSystem)) {
    return `${fileSystem} keeps no contents of files, but makes them up when they are read`;
  }
  if (((flags ?? 0n) & daxFlag) !== 0n) {
    return 'the file lies in persistent memory (DAX), and has no pages in the cache';
  }
  return sizeInBytes < 0n || mapping === 0n
    ? `the size ${sizeInBytes} is none of a file`
    : undefined;
}
