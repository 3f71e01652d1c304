import { hex, type Kernel } from '@vmcorekit/core';
import { shellWord, symbolPackageOf } from '@vmcorekit/report';

/** How gdb is started for a kernel, and what the user should know. */
export interface GdbAdvice {
  /** The command line, whole. */
  readonly command: string;
  readonly remarks: readonly string[];
}

/** What every gdb of a PC knows. Debian's other gdb knows the rest as well. */
const x86: ReadonlySet<string> = new Set(['x86_64', 'i386']);
/** The machines whose stacks are not known, so that the symbols have no rules to follow them. */
const withoutStacks: ReadonlySet<string> = new Set(['arm', 'loongarch64']);
/** The section of per-CPU variables in a vmlinux. Source: Linux, asm-generic/vmlinux.lds.h. */
const perCpuSection = '.data..percpu';

/**
 * The command that attaches gdb. `target` is what gdb connects to. Where the symbols of per-CPU
 * variables begin at 0 (x86-64 before Linux 6.15), and the kernel was moved, `qOffsets` would move
 * them too: `add-symbol-file` leaves that section where it is.
 */
export function gdbAdvice(kernel: Kernel, target: string): GdbAdvice {
  const { located, symbols } = kernel;
  const symbolPackage = symbolPackageOf(located.banner, located.release);
  const vmlinux = shellWord(symbolPackage?.vmlinux ?? 'vmlinux');
  const offset = located.kaslrOffset;
  const movesPerCpu =
    symbols.find('__per_cpu_start')?.address === 0n && offset !== null && offset !== 0;
  const architecture = kernel.dump.architecture?.name ?? '';
  const program = x86.has(architecture) ? 'gdb' : 'gdb-multiarch';
  const attach = `-ex ${shellWord(`target remote ${target}`)}`;
  return {
    command: movesPerCpu
      ? `gdb -iex 'set confirm off' ${attach} -ex ${shellWord(`add-symbol-file ${vmlinux} -o ${hex(offset)} -s ${perCpuSection} 0`)}`
      : `${program} ${attach} ${vmlinux}`,
    remarks: [
      ...(withoutStacks.has(architecture)
        ? ['without a vmlinux, gdb shows the first frame alone of each stack of this machine']
        : []),
      ...(located.textVirtualAddress === null
        ? ['where the text of the kernel lies is not proved, so gdb moves no symbols']
        : []),
      ...(symbolPackage === undefined
        ? []
        : [`vmlinux is in ${symbolPackage.distribution}'s package ${symbolPackage.name}`]),
      ...(movesPerCpu
        ? [
            "'gdb vmlinux' works too, but moves the per-CPU variables of this kernel: find those " +
              "with 'monitor percpu NAME CPU'",
          ]
        : []),
    ],
  };
}
