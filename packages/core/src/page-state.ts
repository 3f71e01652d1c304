/**
 * What a dump knows of a page. Five different answers, never folded into one:
 * `stored` its bytes are in the file; `zero` it is known to be all zero; `excluded` it existed but was left out on purpose, its bytes
 * unknown; `absent` the machine has no such memory, or the file's part with it is missing; `corrupt` the file says it is stored, but it
 * cannot be read.
 */
export type PageState = 'stored' | 'zero' | 'excluded' | 'absent' | 'corrupt';
