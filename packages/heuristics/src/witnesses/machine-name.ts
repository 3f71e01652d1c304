import {
  type Architecture,
  ArchitectureTable,
  type HeuristicContext,
  type KernelView,
  type Progress,
  printable,
  type VmcoreInfo,
  type Witness,
} from '@vmcorekit/core';
import { utsnameIn } from '@vmcorekit/linux';
import { notesOfKernel } from './notes-of-kernel.ts';

/**
 * Denies a kernel that names another machine than it was searched for on. Kernels of two machines
 * may have the same layout (i386 and arm), so a wrong sign of the machine may lead to the right
 * kernel. Asked only where no CPU of the dump shows the machine: damage may change the name, too.
 */
export const machineName: Witness = {
  name: 'machine-name',
  summary: "compares the machine that the kernel's own utsname names with the searched one",
  architectures: 'any',
  *testify(context, { kernel }) {
    const { architecture, cpus } = context.dump;
    if (kernel === null || architecture === null || cpus.length > 0) {
      return;
    }
    const { address, note } = yield* placeOfUtsname(context, kernel);
    const found = address === undefined ? undefined : utsnameIn(kernel, note ?? null);
    const machine = found?.sysname === 'Linux' ? found.machine : undefined;
    if (address === undefined || machine === undefined || isNameOf(architecture, machine)) {
      return;
    }
    yield {
      stance: 'against',
      evidence: 'symbols',
      strength: 'strong',
      isThroughPageTables: true,
      claim: {},
      because: `init_uts_ns names the machine '${printable(machine)}', not ${architecture.name}`,
      at: [{ virtualAddress: address }],
    };
  },
};

/** By the kernel's symbols, else by its own note. */
function* placeOfUtsname(
  context: HeuristicContext,
  kernel: KernelView,
): Generator<Progress, { readonly address: bigint | undefined; readonly note?: VmcoreInfo }, void> {
  const address = kernel.symbols.find('init_uts_ns')?.address;
  if (address !== undefined) {
    return { address };
  }
  const [note] = yield* notesOfKernel(context, kernel);
  return note === undefined
    ? { address }
    : { address: note.info.symbol('init_uts_ns'), note: note.info };
}

function isNameOf(architecture: Architecture, machine: string): boolean {
  return new ArchitectureTable([architecture]).ofUtsname(machine) !== undefined;
}
