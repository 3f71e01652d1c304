/**
 * Row d repeats 0 … d-1: which of the last d bytes make 16 that continue their pattern. Row 0 is
 * never used.
 */
const rhythms: usize = memory.data(256, 16);
/**
 * Entry d is how far 16 such bytes advance in whole repeats: the largest multiple of d up to 16.
 */
const turns: usize = memory.data(16);

for (let distance: usize = 1; distance < 16; distance++) {
  for (let at: usize = 0; at < 16; at++) {
    store<u8>(rhythms + distance * 16 + at, <u8>(at % distance));
  }
  store<u8>(turns + distance, <u8>(16 - (16 % distance)));
}

/**
 * Copies `length` bytes from `distance` back to `output`, one after the other: they may include
 * bytes just written. Writes up to 15 bytes too many. The caller ensures that `distance` is 1 or
 * more and reaches only written bytes.
 */
export function copyMatch(output: usize, distance: usize, length: usize): void {
  const end = output + length;
  let from = output - distance;
  let to = output;
  if (distance >= 16) {
    do {
      v128.store(to, v128.load(from));
      from += 16;
      to += 16;
    } while (to < end);
    return;
  }
  const rhythm = i8x16.swizzle(v128.load(from), v128.load(rhythms + (distance << 4)));
  const step = <usize>load<u8>(turns + distance);
  do {
    v128.store(to, rhythm);
    to += step;
  } while (to < end);
}

/**
 * Copies `length` bytes in steps of 16, so it reads and writes up to 15 too many. The areas must
 * not overlap.
 */
export function copyLiterals(output: usize, input: usize, length: usize): void {
  for (let done: usize = 0; done < length; done += 16) {
    v128.store(output + done, v128.load(input + done));
  }
}
