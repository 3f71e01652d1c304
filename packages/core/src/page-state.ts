/**
 * What a dump knows of a byte. Five different answers, never folded into one: `stored` it is in the
 * file; `zero` it is known to be zero; `excluded` it existed but was left out on purpose, and is
 * unknown; `absent` the machine has no such memory, or the file's part with it is missing;
 * `corrupt` the file says it is stored, but it cannot be read.
 */
export type ByteState = 'stored' | 'zero' | 'excluded' | 'absent' | 'corrupt';

/**
 * What a dump knows of a page: the answer for all its bytes, or `partial` where it holds some of
 * them (stored, or known to be zero) and the others not. `PhysicalMemory.pieces` says which. A page
 * whose bytes are all held is `stored` where any of them is in the file.
 */
export type PageState = ByteState | 'partial';
