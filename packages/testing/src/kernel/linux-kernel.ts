import { encodeNotes, latin1Bytes } from '@vmcorekit/core';
import { PageTableBuilder } from '../page-tables.ts';
import type { SparseMemory } from '../sparse-memory.ts';
import { type BuiltKallsyms, buildKallsyms, type KallsymsLayout } from './kallsyms.ts';

const windowStart = 0xffffffff80000000n;
/**
 * The start of the direct map without KASLR. Source: Linux, Documentation/arch/x86/x86_64/mm.rst.
 */
const directMapStarts = { 4: 0xffff888000000000n, 5: 0xff11000000000000n } as const;
const megabyte2 = 0x200000;
const allOnes = 0xffffffffffffffffn;
const entryCodeAt = 0x81;
const weakBannerAt = 0x800;
/** A function that reads `vmcoreinfo_note`. */
const noteReaderAt = 0x9000n;

/** Handlers in the IDT, by vector. */
const exceptions: readonly (readonly [number, string])[] = [
  [0, 'asm_exc_divide_error'],
  [1, 'asm_exc_debug'],
  [3, 'asm_exc_int3'],
  [6, 'asm_exc_invalid_op'],
  [13, 'asm_exc_general_protection'],
  [14, 'asm_exc_page_fault'],
];

export interface LinuxKernelFields {
  readonly memory: SparseMemory;
  readonly physBase: number;
  readonly kaslrOffset: number;
  /** Default 4. */
  readonly levels?: 4 | 5;
  /** The place of the VMCOREINFO note, on a page of its own. Null for a kernel without one. */
  readonly vmcoreInfoAt: number | null;
  /**
   * The place of the text copy that `vmcoreinfo_data` points to, on a page of its own. None by
   * default.
   */
  readonly vmcoreInfoTextAt?: number;
  /** The place of page tables other than the root; about ten pages. */
  readonly tablesFrom: number;
  /** The size of the direct map, a multiple of 2 MiB. */
  readonly directMapSizeInBytes: number;
  /** Default `6.9.1-test`. */
  readonly release?: string;
  /** Default `6.2`. Null for a kernel without kallsyms. */
  readonly kallsyms?: KallsymsLayout | null;
  /** Kallsyms name functions only, as without CONFIG_KALLSYMS_ALL. */
  readonly hasOnlyTextSymbols?: boolean;
  /** A second banner, without build number, as every image has since Linux 6.1. */
  readonly hasWeakBanner?: boolean;
  /** CONFIG_PHYSICAL_START; default 0x1000000. */
  readonly physicalStart?: number;
  /** A multiple of 2 MiB; default 2 MiB. */
  readonly textSizeInBytes?: number;
  /** The value of the variable `phys_base`; default `physBase`. */
  readonly physBaseVariable?: number;
  /** Replaces lines of VMCOREINFO by key; null leaves a line out. */
  readonly vmcoreInfo?: Readonly<Record<string, string | null>>;
  /** True for a VMCOREINFO with the addresses of kallsyms, as Linux 6.0 and later write it. */
  readonly namesKallsyms?: boolean;
  /**
   * Values of 64-bit variables by name: `elfcorehdr_addr`, `panic_cpu`, `oops_in_progress`,
   * `crashk_res`, …
   */
  readonly variables?: Readonly<Record<string, bigint>>;
}

export interface BuiltLinuxKernel {
  /** Run-time addresses. */
  readonly symbols: ReadonlyMap<string, bigint>;
  readonly root: number;
  readonly levels: 4 | 5;
  readonly banner: string;
  readonly buildId: string;
  readonly vmcoreInfo: string;
  /** The physical address of an image address. */
  readonly physical: (virtualAddress: bigint) => number;
}

/**
 * Puts an x86-64 kernel into memory, with everything that a search reads: page tables, an image of
 * text (2 MiB), read-only data (2 MiB, with banner, notes and kallsyms) and data (2 MiB), and a
 * VMCOREINFO note in the direct map.
 */
export function buildLinuxKernel(fields: LinuxKernelFields): BuiltLinuxKernel {
  const { memory, physBase, kaslrOffset } = fields;
  const levels = fields.levels ?? 4;
  const directMapStart = directMapStarts[levels];
  const text = windowStart + BigInt((fields.physicalStart ?? 0x1000000) + kaslrOffset);
  const textSizeInBytes = fields.textSizeInBytes ?? megabyte2;
  const rodata = text + BigInt(textSizeInBytes);
  const data = rodata + BigInt(megabyte2);
  const release = fields.release ?? '6.9.1-test';
  const buildId = '00112233445566778899aabbccddeeff00112233';
  const banner = `Linux version ${release} (builder@host) (gcc 12.2.0) #1 SMP ${release}`;
  const physical = (address: bigint) => Number(address - windowStart) + physBase;
  const symbols = symbolsAt(text, rodata, data);
  const at = (name: string) => symbols.get(name) ?? 0n;
  const root = physical(at('init_top_pgt'));

  const tables = new PageTableBuilder(memory, { levels, root, tablesFrom: fields.tablesFrom });
  tables.place(text, 2, physical(at('level2_kernel_pgt')));
  const image = { lengthInBytes: megabyte2, pageSizeInBytes: megabyte2 } as const;
  tables.map({
    ...image,
    lengthInBytes: textSizeInBytes,
    virtualAddress: text,
    physicalAddress: physical(text),
    isExecutable: true,
  });
  tables.map({ ...image, virtualAddress: rodata, physicalAddress: physical(rodata) });
  tables.map({ ...image, virtualAddress: data, physicalAddress: physical(data), isWritable: true });
  tables.map({
    virtualAddress: directMapStart,
    physicalAddress: 0,
    lengthInBytes: fields.directMapSizeInBytes,
    pageSizeInBytes: megabyte2,
    isWritable: true,
  });

  const notes = encodeNotes(
    [
      {
        name: 'GNU',
        type: 3,
        descriptor: Uint8Array.from(buildId.match(/../g) ?? [], parseHexByte),
      },
    ],
    'little',
  );
  memory.write(physical(at('linux_banner')), latin1Bytes(`${banner}\n`));
  if (fields.hasWeakBanner === true) {
    memory.write(
      physical(rodata) + weakBannerAt,
      latin1Bytes(`${banner.replace(/#.*/, '# SMP ')}\n`),
    );
  }
  memory.write(physical(text), entryCode(at('init_top_pgt') - windowStart, at('phys_base') - text));
  memory.write(
    physical(text + noteReaderAt),
    loadFrom(at('vmcoreinfo_note') - text - noteReaderAt),
  );
  for (const [vector, name] of exceptions) {
    memory.write(physical(at('idt_table')) + 16 * vector, gateTo(at(name)));
  }
  memory.write(physical(at('__start_notes')), notes);
  symbols.set('__stop_notes', at('__start_notes') + BigInt(notes.length));
  for (const [name, value] of Object.entries({
    phys_base: BigInt(fields.physBaseVariable ?? physBase),
    elfcorehdr_addr: allOnes,
    panic_cpu: 0xffffffffn,
    crashk_res: 0n,
    crashk_res_end: 0n,
    oops_in_progress: 0n,
    log_buf: 0n,
    log_buf_len: 0n,
    saved_command_line: 0n,
    vmcoreinfo_note:
      fields.vmcoreInfoAt === null ? 0n : directMapStart + BigInt(fields.vmcoreInfoAt),
    vmcoreinfo_data:
      fields.vmcoreInfoTextAt === undefined ? 0n : directMapStart + BigInt(fields.vmcoreInfoTextAt),
    ...fields.variables,
  })) {
    memory.writeUint64(physical(at(name)), value);
  }
  const kallsymsAt = rodata + 0x1000n;
  const kallsyms = kallsymsOf(fields, symbols, rodata, kallsymsAt);
  memory.write(physical(kallsymsAt), kallsyms?.bytes ?? new Uint8Array());
  const kallsymsLines = Object.entries(kallsyms?.offsets ?? {}).map(([name, offset]) => [
    `SYMBOL(${name})`,
    (kallsymsAt + BigInt(offset)).toString(16),
  ]);
  const named = fields.namesKallsyms === true ? Object.fromEntries(kallsymsLines) : {};
  const vmcoreInfo = vmcoreInfoText(
    { ...fields, vmcoreInfo: { ...named, ...fields.vmcoreInfo } },
    release,
    buildId,
    symbols,
  );
  if (fields.vmcoreInfoAt !== null) {
    memory.write(fields.vmcoreInfoAt, vmcoreInfoNote(vmcoreInfo));
  }
  if (fields.vmcoreInfoTextAt !== undefined) {
    memory.write(fields.vmcoreInfoTextAt, latin1Bytes(vmcoreInfo));
  }
  return { symbols, root, levels, banner, buildId, vmcoreInfo, physical };
}

function kallsymsOf(
  { kallsyms: layout = '6.2', hasOnlyTextSymbols }: LinuxKernelFields,
  symbols: ReadonlyMap<string, bigint>,
  rodata: bigint,
  virtualAddress: bigint,
): BuiltKallsyms | undefined {
  const sorted = [...symbols]
    .map(([name, address]) => ({ name, address }))
    .filter(({ address }) => hasOnlyTextSymbols !== true || address < rodata)
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  return layout === null ? undefined : buildKallsyms({ layout, symbols: sorted, virtualAddress });
}

/**
 * Code with which secondary_startup_64 finds its root table. Enough other code comes first for the
 * page to look like code: `mov %rax,%rax`.
 */
function entryCode(rootTableOffset: bigint, physBaseVariableOffset: bigint): Uint8Array {
  const page = new Uint8Array(0x1000);
  const view = new DataView(page.buffer);
  for (let at = 0; at < 0x600; at += 3) {
    page.set([0x48, 0x89, 0xc0], at);
  }
  page.set([0x48, 0x05], entryCodeAt); // add $(init_top_pgt - __START_KERNEL_map), %rax
  view.setUint32(entryCodeAt + 2, Number(rootTableOffset), true);
  page.set([0x48, 0x03, 0x05], entryCodeAt + 6); // add phys_base(%rip), %rax
  view.setInt32(entryCodeAt + 9, Number(physBaseVariableOffset) - (entryCodeAt + 13), true);
  return page;
}

/** `mov variable(%rip), %rax`, with the variable so far from the instruction. */
function loadFrom(distance: bigint): Uint8Array {
  const code = Uint8Array.of(0x48, 0x8b, 0x05, 0, 0, 0, 0);
  new DataView(code.buffer).setInt32(3, Number(distance) - code.length, true);
  return code;
}

/** An interrupt gate of the IDT. Source: Intel SDM volume 3, "64-Bit Mode IDT". */
function gateTo(handler: bigint): Uint8Array {
  const gate = new Uint8Array(16);
  const view = new DataView(gate.buffer);
  view.setUint16(0, Number(handler & 0xffffn), true);
  view.setUint16(2, 0x10, true);
  view.setUint8(5, 0x8e);
  view.setUint16(6, Number((handler >> 16n) & 0xffffn), true);
  view.setUint32(8, Number(handler >> 32n), true);
  return gate;
}

/** The bytes of a VMCOREINFO note as a kernel keeps it. */
export function vmcoreInfoNote(text: string): Uint8Array {
  return encodeNotes([{ name: 'VMCOREINFO', type: 0, descriptor: latin1Bytes(text) }], 'little');
}

function symbolsAt(text: bigint, rodata: bigint, data: bigint): Map<string, bigint> {
  const functions = Array.from({ length: 1000 }, (_, index): [string, bigint] => [
    `function_${index}`,
    text + 16n * BigInt(index + 1),
  ]);
  return new Map<string, bigint>([
    ['_text', text],
    ['_stext', text],
    ['secondary_startup_64', text + 0x80n],
    ...functions,
    ['linux_banner', rodata + 0x80n],
    ['__start_notes', rodata + 0x400n],
    ...exceptions.map(([vector, name]): [string, bigint] => [
      name,
      text + 0x8000n + BigInt(0x40 * vector),
    ]),
    ['init_top_pgt', data],
    ['phys_base', data + 0x1010n],
    ['vmcoreinfo_data', data + 0x11f0n],
    ['vmcoreinfo_note', data + 0x1200n],
    ['elfcorehdr_addr', data + 0x1208n],
    ['panic_cpu', data + 0x1210n],
    ['crashk_res', data + 0x1218n],
    ['crashk_res_end', data + 0x1220n],
    ['oops_in_progress', data + 0x1228n],
    ['log_buf', data + 0x1230n],
    ['log_buf_len', data + 0x1238n],
    ['saved_command_line', data + 0x1240n],
    ['init_uts_ns', data + 0x1300n],
    ['tk_core', data + 0x2000n],
    ['level2_kernel_pgt', data + 0x4000n],
    ['idt_table', data + 0x5000n],
  ]);
}

function vmcoreInfoText(
  fields: LinuxKernelFields,
  release: string,
  buildId: string,
  symbols: ReadonlyMap<string, bigint>,
): string {
  const symbol = (name: string) => (symbols.get(name) ?? 0n).toString(16);
  const lines: Record<string, string | null> = {
    OSRELEASE: release,
    'BUILD-ID': buildId,
    PAGESIZE: '4096',
    'SYMBOL(init_uts_ns)': symbol('init_uts_ns'),
    'SYMBOL(_stext)': symbol('_stext'),
    'NUMBER(phys_base)': String(fields.physBase),
    'SYMBOL(init_top_pgt)': symbol('init_top_pgt'),
    'NUMBER(pgtable_l5_enabled)': fields.levels === 5 ? '1' : '0',
    KERNELOFFSET: fields.kaslrOffset.toString(16),
    ...fields.vmcoreInfo,
  };
  return Object.entries(lines)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

function parseHexByte(text: string): number {
  return Number.parseInt(text, 16);
}
