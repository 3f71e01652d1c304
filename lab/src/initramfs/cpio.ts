/** One member of an archive. Folders have no data. */
export interface CpioEntry {
  /** Relative to the root, no leading slash. */
  readonly path: string;
  /** File type and permission bits, as in `st_mode`. */
  readonly mode: number;
  readonly data: Uint8Array;
}

export const folderMode = 0o040755;
export const programMode = 0o100755;
export const fileMode = 0o100644;

/** newc. Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst. */
const magic = '070701';
const alignmentInBytes = 4;

/** An initramfs in cpio's `newc` format, with every folder on the way to an entry made first. */
export function buildCpio(entries: readonly CpioEntry[]): Uint8Array {
  const members = [
    ...withFolders(entries),
    { path: 'TRAILER!!!', mode: 0, data: new Uint8Array() },
  ];
  return Buffer.concat(members.flatMap((entry, index) => encodeEntry(entry, index + 1)));
}

function withFolders(entries: readonly CpioEntry[]): readonly CpioEntry[] {
  const present = new Set(entries.map((entry) => entry.path));
  const folders = new Set<string>();
  for (const { path } of entries) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      folders.add(parts.slice(0, depth).join('/'));
    }
  }
  const missing = [...folders].filter((path) => !present.has(path)).sort();
  return [
    ...missing.map((path) => ({ path, mode: folderMode, data: new Uint8Array() })),
    ...entries,
  ];
}

function encodeEntry(entry: CpioEntry, inode: number): readonly Uint8Array[] {
  const name = Buffer.from(`${entry.path}\0`);
  const fields = [
    inode, // c_ino
    entry.mode, // c_mode
    0, // c_uid
    0, // c_gid
    1, // c_nlink
    0, // c_mtime
    entry.data.length, // c_filesize
    0, // c_maj
    0, // c_min
    0, // c_rmaj
    0, // c_rmin
    name.length, // c_namesize
    0, // c_chksum
  ];
  const header = Buffer.from(
    magic + fields.map((field) => field.toString(16).padStart(8, '0')).join(''),
  );
  return [
    header,
    name,
    padding(header.length + name.length),
    entry.data,
    padding(entry.data.length),
  ];
}

function padding(lengthInBytes: number): Uint8Array {
  return new Uint8Array((alignmentInBytes - (lengthInBytes % alignmentInBytes)) % alignmentInBytes);
}
