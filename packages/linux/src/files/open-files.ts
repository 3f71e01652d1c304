import { type Kernel, type Progress, plural, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { bitmapBits } from '../containers/bitmap.ts';
import { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { number, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { type OpenedFile, openedFileAt } from './opened-file.ts';

/** The largest that a system allows by default. Source: Linux, fs/file.c (sysctl_nr_open). */
const maxFds = 2 ** 20;
/** O_CLOEXEC of x86 and nearly all others. Source: Linux, include/uapi/asm-generic/fcntl.h. */
const closesOnExecFlag = 0o2000000;
const filesPerStep = 128;

/** A file that a process has open. */
export interface OpenFile extends OpenedFile {
  readonly fd: number;
}

/** The open files of a process. */
export interface OpenFiles {
  /** Ascending by number. */
  readonly files: readonly OpenFile[];
  /** What could not be read, a sentence each. */
  readonly remarks: readonly string[];
}

const readersOf = perKernel((kernel: Kernel) => ({
  files: knownReader(kernel, 'files_struct', { table: pointer('fdt') }),
  table: knownReader(kernel, 'fdtable', {
    count: number('max_fds'),
    files: pointer('fd'),
    open: pointer('open_fds'),
    closing: pointer('close_on_exec'),
  }),
}));

/**
 * Whether the two bitmaps lie where the kernel puts them: in one block, or both in `files_struct`.
 * Source: Linux, fs/file.c (alloc_fdtable), include/linux/fdtable.h.
 */
function isBeside(
  table: { readonly count: number; readonly open: bigint; readonly closing: bigint },
  wordSizeInBytes: number,
): boolean {
  const distance = table.closing - table.open;
  return distance === BigInt(table.count) / 8n || distance === BigInt(-wordSizeInBytes);
}

/**
 * Reads a table of open files: `address` is of the `files_struct` in `task_struct.files`. A
 * sentence where it cannot be read.
 */
export function* openFilesAt(
  kernel: Kernel,
  address: VirtualAddress,
): Generator<Progress, OpenFiles | string, void> {
  const readers = readersOf(kernel);
  if (readers.files === undefined || readers.table === undefined) {
    return withoutTypes(kernel, 'struct files_struct and fdtable');
  }
  const tableAt = readers.files.tryRead(address)?.table;
  const table = tableAt === undefined ? undefined : readers.table.tryRead(tableAt);
  if (table === undefined) {
    return 'the table of its open files cannot be read';
  }
  const wordSizeInBytes = kernel.memory.wordSizeInBits / 8;
  const notes = new WalkNotes();
  if (!isBeside(table, wordSizeInBytes)) {
    notes.add({
      container: 'the table of open files',
      at: tableAt ?? 0n,
      because: 'its bitmaps do not lie together, so which files close on exec is not known',
    });
  }
  const options = { limit: maxFds, name: 'the bitmap of open files' };
  const closing = new Set(
    bitmapBits(kernel, table.closing, table.count, notes, {
      ...options,
      name: 'the bitmap of files that close on exec',
    }),
  );
  const files: OpenFile[] = [];
  const unread: number[] = [];
  let looked = 0;
  for (const fd of bitmapBits(kernel, table.open, table.count, notes, options)) {
    if (++looked % filesPerStep === 0) {
      yield { kind: 'progress', doing: 'reading open files', fraction: null };
    }
    const file = tryRead(() =>
      kernel.memory.readPointer(table.files + BigInt(fd * wordSizeInBytes)),
    );
    // Reserved by a task that is opening a file just now.
    if (file === 0n) {
      continue;
    }
    const opened = file === undefined ? undefined : openedFileAt(kernel, file);
    if (opened === undefined) {
      unread.push(fd);
    } else {
      const flags = opened.flags & ~closesOnExecFlag;
      files.push({ fd, ...opened, flags: closing.has(fd) ? flags | closesOnExecFlag : flags });
    }
  }
  const remarks = notes.remarks();
  if (unread.length > 0) {
    const few = unread.slice(0, 8).join(', ');
    const more = unread.length > 8 ? ', …' : '';
    remarks.push(`${plural(unread.length, 'open file')} cannot be read: ${few}${more}`);
  }
  return { files, remarks };
}
