const prime1: u32 = 0x9e3779b1;
const prime2: u32 = 0x85ebca77;
const prime3: u32 = 0xc2b2ae3d;
const prime4: u32 = 0x27d4eb2f;
const prime5: u32 = 0x165667b1;

/** The xxHash of 32 bits of `size` bytes, with seed 0. Source: xxHash fast digest algorithm. */
export function xxh32(bytes: usize, size: usize): u32 {
  const end = bytes + size;
  let sum: u32 = prime5;
  if (size >= 16) {
    let a: u32 = prime1 + prime2;
    let b: u32 = prime2;
    let c: u32 = 0;
    let d: u32 = 0 - prime1;
    do {
      a = turn(a, load<u32>(bytes));
      b = turn(b, load<u32>(bytes, 4));
      c = turn(c, load<u32>(bytes, 8));
      d = turn(d, load<u32>(bytes, 12));
      bytes += 16;
    } while (end - bytes >= 16);
    sum = rotl<u32>(a, 1) + rotl<u32>(b, 7) + rotl<u32>(c, 12) + rotl<u32>(d, 18);
  }
  sum += <u32>size;
  for (; end - bytes >= 4; bytes += 4) {
    sum = rotl<u32>(sum + load<u32>(bytes) * prime3, 17) * prime4;
  }
  for (; bytes < end; bytes++) {
    sum = rotl<u32>(sum + <u32>load<u8>(bytes) * prime5, 11) * prime1;
  }
  sum = (sum ^ (sum >> 15)) * prime2;
  sum = (sum ^ (sum >> 13)) * prime3;
  return sum ^ (sum >> 16);
}

function turn(lane: u32, word: u32): u32 {
  return rotl<u32>(lane + word * prime2, 13) * prime1;
}
