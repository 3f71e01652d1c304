/** Values at which parsers go wrong. */
const interesting: readonly bigint[] = [
  0n,
  1n,
  -1n,
  0x7fn,
  0x80n,
  0xffn,
  0x1000n,
  0x7fffn,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x001f_ffff_ffff_ffffn,
  0x0020_0000_0000_0000n,
  0x7fff_ffff_ffff_ffffn,
  -0x8000_0000_0000_0000n,
];

/** A random number from 0 up to, not including, `below`. */
export type Dice = (below: number) => number;

/** A copy of `base` with one to eight changes; `other` lends pieces. No longer than `limit`. */
export function mutate(base: Uint8Array, other: Uint8Array, dice: Dice, limit: number): Uint8Array {
  let bytes: Uint8Array = base.slice();
  for (let left = 1 << dice(4); left > 0; left--) {
    const change = changes[dice(changes.length)] ?? flipBit;
    bytes = change(bytes, other, dice).subarray(0, limit);
  }
  return bytes;
}

type Change = (bytes: Uint8Array, other: Uint8Array, dice: Dice) => Uint8Array;

const flipBit: Change = (bytes, _, dice) => {
  const at = dice(bytes.length);
  return withBytes(bytes, at, Uint8Array.of((bytes[at] ?? 0) ^ (1 << dice(8))));
};

const setByte: Change = (bytes, _, dice) =>
  withBytes(bytes, dice(bytes.length), Uint8Array.of(dice(256)));

const addToByte: Change = (bytes, _, dice) => {
  const at = dice(bytes.length);
  return withBytes(bytes, at, Uint8Array.of((bytes[at] ?? 0) + dice(35) - 17));
};

/** A number of 1, 2, 4 or 8 bytes, mostly where fields are aligned. */
const setNumber: Change = (bytes, _, dice) => {
  const width = 1 << dice(4);
  const value = (interesting[dice(interesting.length)] ?? 0n) + BigInt(dice(5) - 2);
  const number = new DataView(new ArrayBuffer(8));
  const isLittle = dice(4) > 0;
  number.setBigUint64(0, BigInt.asUintN(64, value), isLittle);
  const at = dice(bytes.length);
  const from = isLittle ? 0 : 8 - width;
  return withBytes(
    bytes,
    dice(4) > 0 ? at - (at % width) : at,
    new Uint8Array(number.buffer, from, width),
  );
};

const copyWithin: Change = (bytes, _, dice) => {
  const from = dice(bytes.length);
  const piece = bytes.slice(from, from + 1 + dice(32));
  return withBytes(bytes, dice(bytes.length), piece);
};

const copyFromOther: Change = (bytes, other, dice) => {
  const from = dice(other.length);
  return withBytes(bytes, dice(bytes.length), other.subarray(from, from + 1 + dice(64)));
};

const insert: Change = (bytes, other, dice) => {
  const at = dice(bytes.length + 1);
  const from = dice(other.length);
  return joined(
    bytes.subarray(0, at),
    other.subarray(from, from + 1 + dice(32)),
    bytes.subarray(at),
  );
};

const remove: Change = (bytes, _, dice) => {
  const at = dice(bytes.length);
  return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + dice(32)));
};

const cut: Change = (bytes, _, dice) => bytes.slice(0, dice(bytes.length + 1));

const spliceWithOther: Change = (bytes, other, dice) =>
  joined(bytes.subarray(0, dice(bytes.length + 1)), other.subarray(dice(other.length + 1)));

/** Changes in place are the likeliest, because they keep fields in place. */
const changes: readonly Change[] = [
  flipBit,
  flipBit,
  setByte,
  setByte,
  addToByte,
  addToByte,
  setNumber,
  setNumber,
  setNumber,
  setNumber,
  copyWithin,
  copyFromOther,
  insert,
  remove,
  cut,
  spliceWithOther,
];

function withBytes(bytes: Uint8Array, at: number, piece: Uint8Array): Uint8Array {
  bytes.set(piece.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
