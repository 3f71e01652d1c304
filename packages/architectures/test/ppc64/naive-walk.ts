import { type PhysicalMemory, tryRead } from '@vmcorekit/core';

/**
 * The real address by the manual's own words, bit by bit in text; undefined where it maps nothing.
 * Slow, and shares nothing with the library: the model of the property tests.
 */
export function naiveWalk(
  memory: PhysicalMemory,
  root: number,
  half: 'kernel' | 'user',
  address: bigint,
): bigint | undefined {
  const text = address.toString(2).padStart(64, '0');
  if (text.slice(0, 12) !== (half === 'kernel' ? '110000000000' : '000000000000')) {
    return undefined;
  }
  let rest = text.slice(12);
  let table = BigInt(root);
  let size = 13;
  for (let depth = 0; depth < 4; depth++) {
    const index = Number.parseInt(rest.slice(0, size), 2);
    rest = rest.slice(size);
    const bytes = tryRead(() => memory.read(Number(table) + index * 8, 8));
    const entry = Array.from(bytes ?? [], (byte) => byte.toString(2).padStart(8, '0')).join('');
    if (entry[0] !== '1') {
      return undefined;
    }
    if (entry[1] === '1') {
      const real = `${entry.slice(7, 52)}${'0'.repeat(12)}`;
      const kept = real.slice(0, real.length - rest.length);
      const found = BigInt(`0b${kept}${rest}`);
      return BigInt(`0b${real}`) < 2n ** 53n ? found : undefined;
    }
    table = BigInt(`0b${entry.slice(4, 56)}00000000`);
    size = Number.parseInt(entry.slice(59), 2);
    if (size < 5 || size > 16 || rest.length - size < 12 || table >= 2n ** 53n) {
      return undefined;
    }
  }
  return undefined;
}
