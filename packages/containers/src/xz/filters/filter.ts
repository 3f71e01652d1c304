/**
 * A filter that xz applied before LZMA2, undone. It changes bytes and keeps their number. Branch
 * filters turn absolute addresses of jumps back into relative ones.
 */
export interface XzFilter {
  /**
   * Undoes the filter in place for bytes that begin at a place in the block. Returns how many are
   * done: the others must come again, with what follows them.
   */
  undo(bytes: Uint8Array, position: number): number;
}
