import { isVmcorekitError, type Kernel, type VirtualAddress } from '@vmcorekit/core';
import { containerOf, listNodes, WalkNotes } from '../../containers/index.ts';
import { perKernel } from '../../per-kernel.ts';
import { number, optional, place, pointer, text } from '../../reading/fields.ts';
import { structReader } from '../../reading/struct-reader.ts';
import { maxOrcEntries, type OrcPlace } from './orc-table.ts';

/** The module area of x86-64 has 1.5 GiB at most, and a module takes pages of it. */
const maxModules = 65_536;
const maxTextSizeInBytes = 2 ** 28;
/** MOD_TEXT and MOD_INIT_TEXT, where no enumeration says. */
const usualKinds = { MOD_TEXT: 0n, MOD_INIT_TEXT: 4n };

/** The code of a module, and its own unwind table. */
export interface ModuleOrc extends OrcPlace {
  readonly name: string;
  readonly texts: readonly { readonly start: VirtualAddress; readonly end: VirtualAddress }[];
}

/**
 * The modules that have unwind tables, read when an address is first asked for. Source: Linux,
 * arch/x86/include/asm/module.h (mod_arch_specific), include/linux/module.h.
 */
export function moduleOrcAt(kernel: Kernel, address: VirtualAddress): ModuleOrc | undefined {
  return moduleOrcsOf(kernel).find(({ texts }) =>
    texts.some(({ start, end }) => start <= address && address < end),
  );
}

const moduleOrcsOf = perKernel((kernel: Kernel): readonly ModuleOrc[] => {
  try {
    return [...readModules(kernel)];
  } catch (error) {
    if (isVmcorekitError(error, 'unknown-name')) {
      return [];
    }
    throw error;
  }
});

function* readModules(kernel: Kernel): Generator<ModuleOrc, void, void> {
  const head = kernel.symbols.find('modules')?.address;
  if (head === undefined) {
    return;
  }
  const reader = structReader(kernel, 'module', {
    name: text('name'),
    addresses: pointer('arch.orc_unwind_ip'),
    entries: pointer('arch.orc_unwind'),
    count: number('arch.num_orcs'),
    // `mem` since Linux 6.4, `core_layout` since 4.5.
    memory: optional(place('mem')),
    base: optional(pointer('core_layout.base', 'module_core')),
    textSize: optional(number('core_layout.text_size', 'core_text_size')),
    initBase: optional(pointer('init_layout.base', 'module_init')),
    initTextSize: optional(number('init_layout.text_size', 'init_text_size')),
  });
  const textsIn = memoryReader(kernel);
  for (const node of listNodes(kernel, head, new WalkNotes(), { limit: maxModules })) {
    const module = reader.tryRead(containerOf(kernel, 'module', 'list', node));
    if (module === undefined || module.count === 0 || module.count > maxOrcEntries) {
      continue;
    }
    const ranges =
      module.memory === null
        ? [[module.base, module.textSize] as const, [module.initBase, module.initTextSize] as const]
        : textsIn(module.memory);
    const { name, addresses, entries, count } = module;
    yield {
      name,
      addresses,
      entries,
      count,
      texts: ranges.flatMap(([base, size]) =>
        base === null || size === null || base === 0n || size > maxTextSizeInBytes
          ? []
          : [{ start: base, end: base + BigInt(size) }],
      ),
    };
  }
}

/** The two kinds of code among the parts of a module's memory. */
function memoryReader(
  kernel: Kernel,
): (parts: VirtualAddress) => (readonly [base: bigint | null, size: number | null])[] {
  const type = kernel.types.struct('module_memory');
  if (type === undefined) {
    return () => [];
  }
  const reader = structReader(kernel, 'module_memory', {
    base: pointer('base'),
    size: number('size'),
  });
  const kinds = kernel.types.enumeration('mod_mem_type');
  const indices = (['MOD_TEXT', 'MOD_INIT_TEXT'] as const).map(
    (kind) => kinds?.get(kind) ?? usualKinds[kind],
  );
  return (parts) =>
    indices.map((index) => {
      const part = reader.tryRead(parts + index * BigInt(type.sizeInBytes ?? 0));
      return [part?.base ?? null, part?.size ?? null] as const;
    });
}
