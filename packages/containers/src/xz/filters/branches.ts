import type { XzFilter } from './filter.ts';

/**
 * Undoes one instruction at a place; `position` is that place in the block. Returns by how much
 * more than a step to go on.
 */
type UndoInstruction = (view: DataView, at: number, position: number) => number;

/**
 * The filter of a machine whose instructions begin at multiples of a step. Source: LZMA SDK, and XZ
 * Embedded, xz_dec_bcj.c; both are in the public domain.
 */
function aligned(
  stepInBytes: number,
  instructionInBytes: number,
  undo: UndoInstruction,
): () => XzFilter {
  return () => ({
    undo(bytes, position) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let at = 0;
      while (at + instructionInBytes <= bytes.length) {
        at += stepInBytes + undo(view, at, position + at);
      }
      return at;
    },
  });
}

/** `bl`. */
const armBranch = 0xeb;
export const arm: () => XzFilter = aligned(4, 4, (view, at, position) => {
  const instruction = view.getUint32(at, true);
  if (instruction >>> 24 === armBranch) {
    const target = ((instruction << 2) - (position + 8)) >>> 2;
    view.setUint32(at, ((armBranch << 24) | (target & 0xffffff)) >>> 0, true);
  }
  return 0;
});

/** `bl`, of two halves. */
export const armThumb: () => XzFilter = aligned(2, 4, (view, at, position) => {
  const [first, second] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
  if ((first & 0xf800) !== 0xf000 || (second & 0xf800) !== 0xf800) {
    return 0;
  }
  const absolute = ((first & 0x7ff) << 11) | (second & 0x7ff);
  const target = ((absolute << 1) - (position + 4)) >>> 1;
  view.setUint16(at, 0xf000 | ((target >>> 11) & 0x7ff), true);
  view.setUint16(at + 2, 0xf800 | (target & 0x7ff), true);
  return 2;
});

/** `bl` and `adrp`; of the latter only pages within 512 MiB of address 0. */
export const arm64: () => XzFilter = aligned(4, 4, (view, at, position) => {
  const instruction = view.getUint32(at, true);
  if (instruction >>> 26 === 0x25) {
    const target = instruction - (position >>> 2);
    view.setUint32(at, (0x94000000 | (target & 0x03ffffff)) >>> 0, true);
  } else if ((instruction & 0x9f000000) >>> 0 === 0x90000000) {
    const absolute = ((instruction >>> 29) & 3) | ((instruction >>> 3) & 0x1ffffc);
    if (((absolute + 0x20000) & 0x1c0000) === 0) {
      const page = absolute - (position >>> 12);
      const bits = ((page & 3) << 29) | ((page & 0x3fffc) << 3) | (-(page & 0x20000) & 0xe00000);
      view.setUint32(at, ((instruction & 0x9000001f) | bits) >>> 0, true);
    }
  }
  return 0;
});

/** `bl`. */
export const powerPc: () => XzFilter = aligned(4, 4, (view, at, position) => {
  const instruction = view.getUint32(at, false);
  if ((instruction & 0xfc000003) === 0x48000001) {
    const target = ((instruction & 0x03fffffc) - position) & 0x03fffffc;
    view.setUint32(at, 0x48000001 | target, false);
  }
  return 0;
});

/** `call`. */
export const sparc: () => XzFilter = aligned(4, 4, (view, at, position) => {
  const instruction = view.getUint32(at, false);
  if (instruction >>> 22 === 0x100 || instruction >>> 22 === 0x1ff) {
    const target = ((instruction << 2) - position) >>> 2;
    const sign = 0x40000000 - (target & 0x400000);
    view.setUint32(at, (sign | 0x40000000 | (target & 0x3fffff)) >>> 0, false);
  }
  return 0;
});
