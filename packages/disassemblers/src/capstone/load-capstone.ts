import type { CapstoneModule } from '@alexaltea/capstone-js';

/** The library, with the bytes of its WebAssembly where it does not find them by itself. */
export async function loadCapstone(
  loadWasm: (() => Promise<Uint8Array>) | undefined,
): Promise<CapstoneModule> {
  const { default: createModule } = await import('@alexaltea/capstone-js');
  return await createModule(loadWasm === undefined ? {} : { wasmBinary: await loadWasm() });
}
