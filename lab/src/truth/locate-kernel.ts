import type { Guest } from '../guests/guest.ts';
import type { KernelTruth } from './truth.ts';

/** The guest's statements about where it lies. */
export interface LocationStatements {
  readonly architecture: Guest['architecture'];
  readonly symbols: Readonly<Record<string, string>>;
  readonly vmcoreinfo: Readonly<Record<string, string>>;
  /** Where /proc/iomem's `Kernel code` starts. */
  readonly kernelCodeStart: bigint;
  readonly configuredPhysicalStart: number | undefined;
}

export type KernelLocation = Pick<
  KernelTruth,
  'physBase' | 'kaslrOffset' | 'textVirtualAddress' | 'textPhysicalAddress' | 'pageTableRoot' | 'pagingLevels'
>;

/** Where the kernel's image map starts: `__START_KERNEL_map` and i386's `PAGE_OFFSET` with the usual 3 GB/1 GB split. */
const imageMapStarts: Readonly<Record<'x86_64' | 'i386', bigint>> = {
  x86_64: 0xffffffff80000000n,
  i386: 0xc0000000n,
};

/** @throws {Error} when a statement is missing, or VMCOREINFO contradicts what follows from the others. */
export function locateKernel(statements: LocationStatements): KernelLocation {
  return statements.architecture === 'aarch64' ? locateArm64(statements) : locateX86(statements, statements.architecture);
}

function locateX86(statements: LocationStatements, architecture: 'x86_64' | 'i386'): KernelLocation {
  const imageMapStart = imageMapStarts[architecture];
  const text = symbol(statements, '_text');
  const { kernelCodeStart, configuredPhysicalStart, vmcoreinfo } = statements;
  if (configuredPhysicalStart === undefined) {
    throw new Error("the kernel's configuration tells no CONFIG_PHYSICAL_START");
  }
  const physBase = kernelCodeStart - (text - imageMapStart);
  const kaslrOffset = text - (imageMapStart + BigInt(configuredPhysicalStart));
  const toldPhysBase = vmcoreinfo['NUMBER(phys_base)'];
  if (toldPhysBase !== undefined) {
    demandEqual('phys_base', physBase, BigInt(toldPhysBase));
  }
  demandEqual('the KASLR offset', kaslrOffset, toldKaslrOffset(vmcoreinfo));
  const root = symbol(statements, architecture === 'x86_64' ? 'init_top_pgt' : 'swapper_pg_dir');
  return {
    physBase: Number(physBase),
    kaslrOffset: Number(kaslrOffset),
    textVirtualAddress: hex(text),
    textPhysicalAddress: hex(kernelCodeStart),
    pageTableRoot: hex(root - imageMapStart + physBase),
    pagingLevels: architecture === 'i386' ? 3 : vmcoreinfo['NUMBER(pgtable_l5_enabled)'] === '1' ? 5 : 4,
  };
}

function locateArm64(statements: LocationStatements): KernelLocation {
  const text = symbol(statements, '_text');
  // arm64's `Kernel code` starts at _stext (arch/arm64/kernel/setup.c), one head page or more behind _text.
  const textPhysicalAddress = statements.kernelCodeStart - (symbol(statements, '_stext') - text);
  return {
    physBase: null,
    kaslrOffset: Number(toldKaslrOffset(statements.vmcoreinfo)),
    textVirtualAddress: hex(text),
    textPhysicalAddress: hex(textPhysicalAddress),
    pageTableRoot: hex(symbol(statements, 'swapper_pg_dir') - text + textPhysicalAddress),
    pagingLevels: null,
  };
}

function symbol(statements: LocationStatements, name: string): bigint {
  const address = statements.symbols[name];
  if (address === undefined) {
    throw new Error(`the guest told no address of ${name}`);
  }
  return BigInt(address);
}

function toldKaslrOffset(vmcoreinfo: Readonly<Record<string, string>>): bigint {
  const digits = vmcoreinfo.KERNELOFFSET;
  if (digits === undefined) {
    throw new Error("the guest's VMCOREINFO has no KERNELOFFSET");
  }
  return BigInt(`0x${digits}`);
}

function demandEqual(what: string, derived: bigint, told: bigint): void {
  if (derived !== told) {
    throw new Error(`the guest contradicts itself on ${what}: addresses give ${hex(derived)}, VMCOREINFO ${hex(told)}`);
  }
}

function hex(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
