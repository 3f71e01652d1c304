import {
  type AddressSpace,
  hex,
  isVmcorekitError,
  type KernelLayout,
  printable,
  type SymbolTable,
} from '@vmcorekit/core';
import { bannerAt } from '@vmcorekit/linux';

/** Symbols that every x86-64 kernel has in text, read-only data and data. */
const compared = [
  '_stext',
  '_etext',
  'linux_banner',
  'init_uts_ns',
  'phys_base',
  'init_top_pgt',
  '_end',
] as const;

/**
 * The distance of the kernel from the file's addresses. Or why the file belongs to another kernel.
 * Or why that is undecided: the dump lacks what must be compared.
 */
export type SymbolMatch =
  | { readonly offset: number }
  /** The file does not say where its symbols belong (`_text`), and this identifies it. */
  | { readonly identified: string }
  | { readonly refused: string }
  | { readonly undecided: string };

/**
 * Compares a symbol file with a kernel seen through its page tables. It compares build ID and
 * banner where both sides have them. It compares the distance of every symbol that both name, which
 * must be the same for all. `kernel` holds the kernel's own symbols. Without them, the file's
 * banner must read through the page tables, given the start of the text.
 */
export function matchSymbols(
  file: SymbolTable,
  kernel: SymbolTable | undefined,
  memory: AddressSpace,
  textStart: bigint | undefined,
  layout: KernelLayout,
): SymbolMatch {
  const identity = differingIdentity(file, kernel);
  const linked = file.find('_text')?.address;
  if (identity === undefined && linked === undefined && isIdentifiable(file)) {
    return identified(file, kernel);
  }
  const running = kernel?.find('_text')?.address ?? textStart;
  if (identity !== undefined || linked === undefined) {
    return { refused: identity ?? 'they have no _text' };
  }
  if (running === undefined) {
    return { undecided: 'where the text of the kernel begins is not known' };
  }
  const distance = running - linked;
  const other =
    kernel === undefined
      ? undefined
      : compared.find((name) => differs(file, kernel, name, distance));
  if (other !== undefined) {
    return {
      refused: `with _text at ${hex(running)} they put ${other} at ${place(file, other, distance)}, but the kernel has it at ${place(kernel, other, 0n)}`,
    };
  }
  const banner = file.find('linux_banner')?.address;
  const text = banner === undefined ? undefined : bannerAt(memory, banner + distance);
  if (text === undefined) {
    const because = `with _text at ${hex(running)} they put linux_banner at ${place(file, 'linux_banner', distance)}, where no banner is`;
    return banner === undefined || isReadable(memory, banner + distance)
      ? { refused: because }
      : { undecided: `${because} that can be read` };
  }
  if (file.banner !== undefined && file.banner.trimEnd() !== text.trimEnd()) {
    return { refused: bannersDiffer(file.banner, text) };
  }
  const offset = Number(distance);
  const isOffset =
    file.addresses === 'runtime'
      ? offset === 0
      : offset >= 0 && offset % layout.imageAlignmentInBytes === 0;
  return isOffset
    ? { offset }
    : { refused: `a kernel cannot have moved by ${hex(offset)} from where they have it` };
}

/**
 * False where the dump leaves the page out: its contents are unknown. An unmapped address holds
 * nothing, so no banner.
 */
function isReadable(space: AddressSpace, address: bigint): boolean {
  try {
    space.read(address, 1);
    return true;
  } catch (error) {
    return !isVmcorekitError(error, 'page-unreadable');
  }
}

function isIdentifiable({ size, banner, buildId }: SymbolTable): boolean {
  return size === 0 || banner !== undefined || buildId !== undefined;
}

/** A build ID is made of the kernel's own bytes. The banner names who built it, where and when. */
function identified(file: SymbolTable, kernel: SymbolTable | undefined): SymbolMatch {
  if (file.buildId !== undefined && kernel?.buildId !== undefined) {
    return { identified: `build ID ${printable(file.buildId)}` };
  }
  return file.banner !== undefined && kernel?.banner !== undefined
    ? { identified: `banner '${printable(file.banner.trimEnd())}'` }
    : { undecided: 'they have no build ID or banner that the kernel has too' };
}

function differingIdentity(file: SymbolTable, kernel: SymbolTable | undefined): string | undefined {
  if (
    file.buildId !== undefined &&
    kernel?.buildId !== undefined &&
    file.buildId !== kernel.buildId
  ) {
    return `their build ID is ${printable(file.buildId)}, the kernel's ${printable(kernel.buildId)}`;
  }
  return file.banner !== undefined &&
    kernel?.banner !== undefined &&
    file.banner.trimEnd() !== kernel.banner.trimEnd()
    ? bannersDiffer(file.banner, kernel.banner)
    : undefined;
}

function bannersDiffer(file: string, kernel: string): string {
  return `their banner is '${printable(file.trimEnd())}', the kernel's '${printable(kernel.trimEnd())}'`;
}

function differs(file: SymbolTable, kernel: SymbolTable, name: string, distance: bigint): boolean {
  const linked = file.find(name)?.address;
  const running = kernel.find(name)?.address;
  return linked !== undefined && running !== undefined && running - linked !== distance;
}

function place(symbols: SymbolTable | undefined, name: string, distance: bigint): string {
  const address = symbols?.find(name)?.address;
  return address === undefined ? 'no place' : hex(address + distance);
}
