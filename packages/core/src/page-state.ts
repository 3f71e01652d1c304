/**
 * What a dump knows of a byte. The five answers are never merged.
 * `stored`: the file has it.
 * `zero`: it is known to be zero.
 * `excluded`: it existed and was left out on purpose, so its value is unknown.
 * `absent`: the machine has no such memory, or the file's part with it is missing.
 * `corrupt`: the file claims to store it, but it cannot be read.
 */
export type ByteState = 'stored' | 'zero' | 'excluded' | 'absent' | 'corrupt';

/**
 * What a dump knows of a page: the one answer for all its bytes, or `partial` where it holds only
 * some of them (stored, or known to be zero). `PhysicalMemory.pieces` says which. Where all bytes
 * are held and any is in the file, the page is `stored`.
 */
export type PageState = ByteState | 'partial';
