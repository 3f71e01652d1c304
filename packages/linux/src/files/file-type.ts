/** What kind of file it is, in the words of crash and lsof. `ANON` is only a handle. */
export type FileType = 'REG' | 'DIR' | 'CHR' | 'BLK' | 'FIFO' | 'SOCK' | 'LNK' | 'ANON';

/** The upper four bits of `i_mode`. Source: Linux, include/uapi/linux/stat.h. */
const types: ReadonlyMap<number, FileType> = new Map([
  [0, 'ANON'],
  [0o1, 'FIFO'],
  [0o2, 'CHR'],
  [0o4, 'DIR'],
  [0o6, 'BLK'],
  [0o10, 'REG'],
  [0o12, 'LNK'],
  [0o14, 'SOCK'],
]);

/** The type in an inode's `i_mode`; undefined for bits that no file has. */
export function fileTypeOf(mode: number): FileType | undefined {
  return types.get((mode >> 12) & 0xf);
}
