const prime1: u64 = ((<u64>0x9e3779b1) << 32) | 0x85ebca87;
const prime2: u64 = ((<u64>0xc2b2ae3d) << 32) | 0x27d4eb4f;
const prime3: u64 = ((<u64>0x165667b1) << 32) | 0x9e3779f9;
const prime4: u64 = ((<u64>0x85ebca77) << 32) | 0xc2b2ae63;
const prime5: u64 = ((<u64>0x27d4eb2f) << 32) | 0x165667c5;
const turnInBytes: u32 = 32;

let a: u64 = 0;
let b: u64 = 0;
let c: u64 = 0;
let d: u64 = 0;
let total: u64 = 0;
/** Bytes that make no whole turn yet. */
const pending: usize = memory.data(32, 16);
let pendingInBytes: u32 = 0;

export function xxh64Start(): void {
  a = prime1 + prime2;
  b = prime2;
  c = 0;
  d = 0 - prime1;
  total = 0;
  pendingInBytes = 0;
}

export function xxh64Add(bytes: usize, size: usize): void {
  const end = bytes + size;
  total += size;
  if (pendingInBytes > 0) {
    const part = min(<usize>(turnInBytes - pendingInBytes), size);
    memory.copy(pending + pendingInBytes, bytes, part);
    pendingInBytes += <u32>part;
    bytes += part;
    if (pendingInBytes < turnInBytes) {
      return;
    }
    turn(pending);
    pendingInBytes = 0;
  }
  for (; end - bytes >= turnInBytes; bytes += turnInBytes) {
    turn(bytes);
  }
  pendingInBytes = <u32>(end - bytes);
  memory.copy(pending, bytes, pendingInBytes);
}

/** The low 32 bits of the xxHash of 64 bits, with seed 0. Source: xxHash fast digest algorithm. */
export function xxh64Low(): u32 {
  let sum: u64 = prime5;
  if (total >= turnInBytes) {
    sum = rotl<u64>(a, 1) + rotl<u64>(b, 7) + rotl<u64>(c, 12) + rotl<u64>(d, 18);
    sum = merged(sum, a);
    sum = merged(sum, b);
    sum = merged(sum, c);
    sum = merged(sum, d);
  }
  sum += total;
  let at = pending;
  const end = pending + pendingInBytes;
  for (; end - at >= 8; at += 8) {
    sum = rotl<u64>(sum ^ lane(0, load<u64>(at)), 27) * prime1 + prime4;
  }
  if (end - at >= 4) {
    sum = rotl<u64>(sum ^ (<u64>load<u32>(at) * prime1), 23) * prime2 + prime3;
    at += 4;
  }
  for (; at < end; at++) {
    sum = rotl<u64>(sum ^ (<u64>load<u8>(at) * prime5), 11) * prime1;
  }
  sum = (sum ^ (sum >> 33)) * prime2;
  sum = (sum ^ (sum >> 29)) * prime3;
  return <u32>(sum ^ (sum >> 32));
}

function turn(bytes: usize): void {
  a = lane(a, load<u64>(bytes));
  b = lane(b, load<u64>(bytes, 8));
  c = lane(c, load<u64>(bytes, 16));
  d = lane(d, load<u64>(bytes, 24));
}

function lane(before: u64, word: u64): u64 {
  return rotl<u64>(before + word * prime2, 31) * prime1;
}

function merged(sum: u64, lanes: u64): u64 {
  return (sum ^ lane(0, lanes)) * prime1 + prime4;
}
