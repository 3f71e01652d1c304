import type { Guest } from '../guests/guest.ts';
import type { KernelTruth } from './truth.ts';

/** The guest's statements about its kernel's place. */
export interface LocationStatements {
  readonly architecture: Guest['architecture'];
  readonly symbols: Readonly<Record<string, string>>;
  readonly vmcoreinfo: Readonly<Record<string, string>>;
  /** The start of /proc/iomem's `Kernel code`. */
  readonly kernelCodeStart: bigint;
  readonly configuredPhysicalStart: number | undefined;
}

export type KernelLocation = Pick<
  KernelTruth,
  | 'physBase'
  | 'kaslrOffset'
  | 'textVirtualAddress'
  | 'textPhysicalAddress'
  | 'pageTableRoot'
  | 'pagingLevels'
>;

/**
 * The start of the kernel's image map: `__START_KERNEL_map`, or i386's `PAGE_OFFSET` with the usual
 * 3 GB/1 GB split.
 */
const imageMapStarts: Readonly<Record<'x86_64' | 'i386', bigint>> = {
  x86_64: 0xffffffff80000000n,
  i386: 0xc0000000n,
};

/** @throws {Error} when a statement is missing, or VMCOREINFO contradicts the others. */
export function locateKernel(statements: LocationStatements): KernelLocation {
  return statements.architecture === 'aarch64'
    ? locateArm64(statements)
    : locateX86(statements, statements.architecture);
}

function locateX86(
  statements: LocationStatements,
  architecture: 'x86_64' | 'i386',
): KernelLocation {
  const imageMapStart = imageMapStarts[architecture];
  const text = symbol(statements, '_text');
  const { kernelCodeStart, configuredPhysicalStart, vmcoreinfo } = statements;
  if (configuredPhysicalStart === undefined) {
    throw new Error("the kernel's configuration has no CONFIG_PHYSICAL_START");
  }
  const physBase = kernelCodeStart - (text - imageMapStart);
  const kaslrOffset = text - (imageMapStart + BigInt(configuredPhysicalStart));
  const toldPhysBase = vmcoreinfo['NUMBER(phys_base)'];
  if (toldPhysBase !== undefined) {
    demandEqual('phys_base', physBase, BigInt(toldPhysBase));
  }
  // i386 exports no KERNELOFFSET.
  if (architecture === 'x86_64') {
    demandEqual('the KASLR offset', kaslrOffset, toldKaslrOffset(vmcoreinfo));
  }
  const root = kernelRoot(statements);
  return {
    physBase: Number(physBase),
    kaslrOffset: Number(kaslrOffset),
    textVirtualAddress: hex(text),
    textPhysicalAddress: hex(kernelCodeStart),
    pageTableRoot: root === null ? null : hex(root - imageMapStart + physBase),
    pagingLevels:
      architecture === 'i386' ? 3 : vmcoreinfo['NUMBER(pgtable_l5_enabled)'] === '1' ? 5 : 4,
  };
}

function locateArm64(statements: LocationStatements): KernelLocation {
  // On arm64 kallsyms starts at _stext, and so does /proc/iomem's `Kernel code`
  // (arch/arm64/kernel/setup.c).
  const text = symbol(statements, '_stext');
  const imageOffset = text - statements.kernelCodeStart;
  const toldImageOffset = statements.vmcoreinfo['NUMBER(kimage_voffset)'];
  if (toldImageOffset !== undefined) {
    demandEqual('kimage_voffset', imageOffset, BigInt(toldImageOffset));
  }
  const root = kernelRoot(statements);
  return {
    physBase: null,
    kaslrOffset: Number(toldKaslrOffset(statements.vmcoreinfo)),
    textVirtualAddress: hex(text),
    textPhysicalAddress: hex(statements.kernelCodeStart),
    pageTableRoot: root === null ? null : hex(root - imageOffset),
    pagingLevels: null,
  };
}

function symbol(statements: LocationStatements, name: string): bigint {
  const address = statements.symbols[name];
  if (address === undefined) {
    throw new Error(`the guest printed no address of ${name}`);
  }
  return BigInt(address);
}

/**
 * The virtual address of the kernel's own top-level table. x86-64 calls it init_top_pgt; kallsyms
 * without data symbols lacks it.
 */
function kernelRoot({ symbols, vmcoreinfo }: LocationStatements): bigint | null {
  const toldRoot = vmcoreinfo['SYMBOL(swapper_pg_dir)'];
  const root = symbols.init_top_pgt ?? (toldRoot === undefined ? undefined : `0x${toldRoot}`);
  return root === undefined ? null : BigInt(root);
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
    throw new Error(
      `the guest contradicts itself on ${what}: addresses give ${hex(derived)}, VMCOREINFO ${hex(told)}`,
    );
  }
}

function hex(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
