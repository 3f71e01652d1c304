import type { Kernel } from '@vmcorekit/core';

/**
 * What is derived once for each opened kernel: offsets, per-CPU areas, tables. The first call makes
 * it, and later calls return it as long as the object lives. Where `make` throws, the next call
 * tries again.
 */
export function perKernel<Value, Of extends object = Kernel>(
  make: (kernel: Of) => Value,
): (kernel: Of) => Value {
  const made = new WeakMap<Of, { readonly value: Value }>();
  return (kernel) => {
    let entry = made.get(kernel);
    if (entry === undefined) {
      entry = { value: make(kernel) };
      made.set(kernel, entry);
    }
    return entry.value;
  };
}
