import {
  btfLimitInBytes,
  type Kernel,
  type KernelStruct,
  plural,
  type TypeTable,
  tryRead,
  VmcorekitError,
} from '@vmcorekit/core';
import { listNodes } from '../containers/list.ts';
import { WalkNotes } from '../containers/walk.ts';
import { vmcoreInfoTypes } from '../vmcoreinfo/vmcoreinfo-types.ts';
import { wholeBytes } from './btf-bytes.ts';
import { btfRecordsOf } from './btf-in-memory.ts';
import { type BtfRecords, IndexedRecords } from './btf-records.ts';
import { BtfSection } from './btf-section.ts';
import { typesOfRecords } from './btf-types.ts';
import { kernelTypes } from './kernel-types.ts';

/** Machines have some hundred modules. */
const maxModules = 65_536;
/** MODULE_NAME_LEN is 56 or 64 bytes less one. */
const nameLimitInBytes = 64;

/** What reading the types of modules needs of a kernel. */
export type ModulesView = Pick<Kernel, 'memory' | 'symbols' | 'runs' | 'types' | 'vmcoreinfo'>;

/** The types that a kernel keeps about one of its modules. */
export interface ModuleBtf {
  /** The module's. It comes from the dump: escape it for a terminal. */
  readonly name: string;
  readonly sizeInBytes: number;
  /**
   * Its own types, and those of the kernel that it builds on. A type that both have is the
   * module's. Reads all of the module's, and only then. Throws `unsupported` where they do not go
   * on with the kernel's, `truncated` or `malformed` where they are damaged, `not-mapped` or
   * `page-unreadable` where the dump does not hold all of them.
   */
  types(): TypeTable;
}

/** The modules whose types a kernel keeps, in its order; of a torn list, the rest from its end. */
export interface ModuleBtfs {
  readonly modules: readonly ModuleBtf[];
  /** What could not be read, a sentence each: where the kernel's list is torn. */
  readonly remarks: readonly string[];
}

/**
 * The types of a module by its name; undefined where the kernel keeps none of it. Throws as
 * `ModuleBtf.types` does.
 */
export function moduleTypes(kernel: ModulesView, name: string): TypeTable | undefined {
  return moduleBtfs(kernel)
    .modules.find((each) => each.name === name)
    ?.types();
}

/**
 * The modules with types (CONFIG_DEBUG_INFO_BTF_MODULES, Linux 5.11 and later); none where the
 * kernel has no list of them. A module's own section may be reused after it was loaded, so its
 * types are read where the kernel keeps its copy. A module that was built against a reduced base
 * has ids of that base in its file; the kernel rewrites them in its copy. Source: Linux,
 * kernel/bpf/btf.c (`btf_modules`, `struct btf_module`, `struct btf`).
 */
export function moduleBtfs(kernel: ModulesView): ModuleBtfs {
  const head = kernel.symbols.find('btf_modules')?.address;
  const entry = kernel.types.struct('btf_module');
  const owner = kernel.types.struct('btf');
  const list = entry?.member('list')?.offsetInBytes;
  if (head === undefined || entry === undefined || owner === undefined || list === undefined) {
    return { modules: [], remarks: [] };
  }
  const { memory } = kernel;
  const notes = new WalkNotes();
  const modules: ModuleBtf[] = [];
  let lost = 0;
  for (const node of listNodes(kernel, head, notes, { limit: maxModules, name: 'btf_modules' })) {
    const module = tryRead(() => {
      const btf = memory.struct(entry, node - BigInt(list)).pointer('btf');
      return moduleBtf(kernel, memory.struct(owner, btf));
    });
    if (module === undefined) {
      lost++;
    } else {
      modules.push(module);
    }
  }
  const remarks = notes.remarks();
  return {
    modules,
    remarks:
      lost === 0 ? remarks : [...remarks, `of ${plural(lost, 'module')} the types cannot be read`],
  };
}

function moduleBtf(kernel: ModulesView, btf: KernelStruct): ModuleBtf {
  const name = btf.text('name', nameLimitInBytes);
  const sizeInBytes = btf.uint32('data_size');
  return {
    name,
    sizeInBytes,
    types: () =>
      kernelTypes(vmcoreInfoTypes(kernel.vmcoreinfo), [
        {
          name: `the BTF of the module ${name}`,
          open: () =>
            typesOfRecords(recordsOf(kernel, btf, name), {
              from: `BTF of ${name}`,
              wordSizeInBits: kernel.memory.wordSizeInBits,
            }),
        },
      ]),
  };
}

function recordsOf(kernel: ModulesView, btf: KernelStruct, name: string): BtfRecords {
  const base = btfRecordsOf(kernel);
  const size = btf.uint32('data_size');
  const starts: readonly (readonly [string, number, number])[] = [
    ['ids', base.count, btf.uint32('start_id')],
    ['names', base.namesLength, btf.uint32('start_str_off')],
  ];
  for (const [what, wanted, got] of starts) {
    if (wanted !== got) {
      throw new VmcorekitError('unsupported', {
        what: `the BTF of the module ${name}`,
        advice: `its ${what} begin at ${got}, where the kernel's end at ${wanted}`,
      });
    }
  }
  if (size > btfLimitInBytes) {
    throw new VmcorekitError('unsupported', {
      what: `the BTF of the module ${name}`,
      advice: `it would have ${size} bytes`,
    });
  }
  const bytes = kernel.memory.read(btf.pointer('data'), size);
  return new IndexedRecords(new BtfSection(wholeBytes(bytes), true), base);
}
