import { latin1Bytes, type TypeTable } from '@vmcorekit/core';
import type { SparseMemory } from '../sparse-memory.ts';
import { type CMembers, cBtf } from './c-types.ts';

const common: Readonly<Record<string, CMembers>> = {
  list_head: ['void *next', 'void *prev'],
  rb_node: ['u64 __rb_parent_color', 'void *rb_right', 'void *rb_left'],
  rb_root: ['void *rb_node'],
  latch_tree_node: ['struct rb_node node[2]'],
  latch_tree_root: ['u32 seq', 'struct rb_root tree[2]'],
  mod_tree_node: ['void *mod', 'struct latch_tree_node node'],
  mod_tree_root: ['struct latch_tree_root root', 'u64 addr_min', 'u64 addr_max'],
  kset: ['struct list_head list'],
  kobject: ['void *name', 'struct list_head entry', 'void *parent'],
  module_kobject: ['struct kobject kobj', 'void *mod'],
  module_use: ['struct list_head source_list', 'struct list_head target_list', 'void *source'],
  btf_module: ['struct list_head list', 'void *module'],
  atomic_t: ['s32 counter'],
  attribute: ['void *name'],
  bin_attribute: ['struct attribute attr', 'u64 size', 'void *private'],
  mod_kallsyms: ['void *symtab', 'u32 num_symtab', 'void *strtab', 'void *typetab'],
  kernel_param_ops: ['u32 flags', 'void *set', 'void *get'],
  kernel_param: ['void *name', 'void *mod', 'void *ops', 'u16 perm', 'void *arg'],
  kparam_array: ['u32 max', 'u32 elemsize', 'void *num', 'void *ops', 'void *elem'],
  bpf_ksym: ['u64 start', 'u64 end', 'char name[512]', 'struct list_head lnode'],
  ftrace_ops: ['void *next', 'u64 trampoline', 'u64 trampoline_size'],
};

const head: CMembers = [
  'u32 state',
  'struct list_head list',
  'char name[56]',
  'struct module_kobject mkobj',
  'void *version',
  'void *srcversion',
  'void *kp',
  'u32 num_kp',
  'void *args',
];
const tail: CMembers = [
  'u64 taints',
  'void *kallsyms',
  'void *sect_attrs',
  'struct list_head source_list',
  'void *init',
  'void *exit',
  'struct atomic_t refcnt',
];

/** The forms that Linux had: until 6.3, 6.4 to 6.13, and later. */
export type ModuleForm = '6.1' | '6.12' | '7.3';

const forms: Readonly<Record<ModuleForm, Readonly<Record<string, CMembers>>>> = {
  '6.1': {
    module_layout: [
      'void *base',
      'u32 size',
      'u32 text_size',
      'u32 ro_size',
      'u32 ro_after_init_size',
      'struct mod_tree_node mtn',
    ],
    module_sect_attr: ['struct bin_attribute battr', 'u64 address'],
    module_sect_attrs: ['void *name', 'u32 nsections', 'struct module_sect_attr attrs[0]'],
    module: [
      ...head,
      'struct module_layout core_layout',
      'struct module_layout init_layout',
      ...tail,
    ],
  },
  '6.12': {
    module_memory: ['void *base', 'u32 size', 'struct mod_tree_node mtn'],
    module_sect_attr: ['struct bin_attribute battr', 'u64 address'],
    module_sect_attrs: ['void *name', 'u32 nsections', 'struct module_sect_attr attrs[0]'],
    module: [...head, 'struct module_memory mem[7]', ...tail],
  },
  '7.3': {
    module_memory: ['void *base', 'u32 size', 'u8 is_rox', 'struct mod_tree_node mtn'],
    attribute_group: ['void *name', 'void *bin_attrs'],
    module_sect_attrs: ['struct attribute_group grp', 'struct bin_attribute attrs[0]'],
    module: [...head, 'struct module_memory mem[7]', ...tail],
  },
};

/** The BTF of everything that a kernel of this form keeps about modules. */
export function modulesBtf(form: ModuleForm): Uint8Array {
  return cBtf({ ...common, ...forms[form] });
}

/** A symbol of a module, at an offset in its text. */
export interface BuiltSymbol {
  readonly name: string;
  readonly at: number;
  readonly letter?: string;
  readonly isGlobal?: boolean;
}

/** A parameter: the address of its operations, and of its value. */
export interface BuiltParameter {
  readonly name: string;
  readonly operations: bigint;
  readonly argument: bigint;
}

export interface BuiltModuleFields {
  readonly name: string;
  /** The size of its text and of its data, whole pages; 4096 each. */
  readonly textInBytes?: number;
  readonly dataInBytes?: number;
  /** The number; 0 is live. */
  readonly state?: number;
  readonly taints?: bigint;
  /** `refcnt`, one more than the uses. */
  readonly refcount?: number;
  /** Indices of modules that use it. */
  readonly usedBy?: readonly number[];
  readonly symbols?: readonly BuiltSymbol[];
  readonly sections?: Readonly<Record<string, bigint>>;
  readonly buildId?: Uint8Array;
  readonly parameters?: readonly BuiltParameter[];
  readonly version?: string;
  readonly args?: string;
  /** The views it is left out of. */
  readonly missingIn?: readonly ('modules' | 'kset' | 'text' | 'btf')[];
}

export interface BuildModulesFields {
  readonly memory: SparseMemory;
  /** The address of the memory's first byte, and where in it everything goes. */
  readonly base: bigint;
  readonly from: number;
  readonly form: ModuleForm;
  /** The same BTF, read. */
  readonly types: TypeTable;
  /** The newest first, as in the list. */
  readonly modules: readonly BuiltModuleFields[];
}

export interface BuiltModules {
  /** The variables to add to the kernel's symbols. */
  readonly symbols: Readonly<Record<string, bigint>>;
  /** The address of each `struct module`. */
  readonly addresses: readonly bigint[];
  /** The address of each module's text, and of its data. */
  readonly texts: readonly bigint[];
  readonly data: readonly bigint[];
  /** The first byte of memory that was not taken. */
  readonly endOffset: number;
}

/** Puts modules into memory, in every view that a kernel has of them. */
export function buildModules(fields: BuildModulesFields): BuiltModules {
  return new ModuleBuilder(fields).build();
}

class ModuleBuilder {
  readonly #fields: BuildModulesFields;
  #used: number;

  constructor(fields: BuildModulesFields) {
    this.#fields = fields;
    this.#used = fields.from;
  }

  build(): BuiltModules {
    const { modules } = this.#fields;
    const [list, kset, ksetPointer, tree, btf] = [16, 64, 8, 64, 16].map((size) =>
      this.#take(size),
    ) as [bigint, bigint, bigint, bigint, bigint];
    const texts = modules.map(({ textInBytes = 4096 }) => this.#take(textInBytes, 4096));
    const data = modules.map(({ dataInBytes = 4096 }) => this.#take(dataInBytes, 4096));
    const addresses = modules.map(() => this.#take(this.#size('module'), 64));
    this.#put(ksetPointer, kset);
    const inView = (view: 'modules' | 'kset' | 'text' | 'btf') =>
      addresses.filter((_, index) => modules[index]?.missingIn?.includes(view) !== true);
    const moduleList = this.#offset('module', 'list');
    this.#link(
      list,
      inView('modules').map((module) => module + moduleList),
    );
    const entry = this.#offset('module', 'mkobj.kobj.entry');
    this.#link(
      kset + this.#offset('kset', 'list'),
      inView('kset').map((module) => module + entry),
    );
    this.#link(
      btf,
      inView('btf').map((module) => {
        const at = this.#take(this.#size('btf_module'));
        this.#put(at + this.#offset('btf_module', 'module'), module);
        return at + this.#offset('btf_module', 'list');
      }),
    );
    this.#tree(tree, inView('text'));
    for (const [index, module] of addresses.entries()) {
      const each = modules[index];
      if (each !== undefined) {
        this.#module(module, each, texts[index] ?? 0n, data[index] ?? 0n, addresses);
      }
    }
    return {
      symbols: { modules: list, module_kset: ksetPointer, mod_tree: tree, btf_modules: btf },
      addresses,
      texts,
      data,
      endOffset: this.#used,
    };
  }

  #module(
    at: bigint,
    fields: BuiltModuleFields,
    text: bigint,
    data: bigint,
    addresses: readonly bigint[],
  ): void {
    const set = (member: string, value: bigint) => this.#set('module', at, member, value);
    set('state', BigInt(fields.state ?? 0));
    this.#bytes(at + this.#offset('module', 'name'), latin1Bytes(`${fields.name}\0`));
    set('mkobj.mod', at);
    set('taints', fields.taints ?? 0n);
    set('refcnt.counter', BigInt(fields.refcount ?? 1));
    set('init', text);
    set('exit', text);
    set('version', fields.version === undefined ? 0n : this.#text(fields.version));
    set('args', fields.args === undefined ? 0n : this.#text(fields.args));
    this.#memory(at, fields, text, data);
    const users = (fields.usedBy ?? []).map((index) => {
      const use = this.#take(this.#size('module_use'));
      this.#set('module_use', use, 'source', addresses[index] ?? 0n);
      return use + this.#offset('module_use', 'source_list');
    });
    this.#link(at + this.#offset('module', 'source_list'), users);
    set('kallsyms', this.#symbols(fields.symbols ?? [], text, data));
    set('sect_attrs', this.#sections(fields));
    const parameters = fields.parameters ?? [];
    set('num_kp', BigInt(parameters.length));
    const table = this.#take(this.#size('kernel_param') * parameters.length);
    set('kp', table);
    for (const [index, { name, operations, argument }] of parameters.entries()) {
      const each = table + BigInt(index * this.#size('kernel_param'));
      this.#set('kernel_param', each, 'name', this.#text(name));
      this.#set('kernel_param', each, 'ops', operations);
      this.#set('kernel_param', each, 'arg', argument);
    }
  }

  #memory(
    at: bigint,
    { textInBytes = 4096, dataInBytes = 4096 }: BuiltModuleFields,
    text: bigint,
    data: bigint,
  ): void {
    if (this.#fields.form === '6.1') {
      const size = BigInt(dataInBytes) + data - text;
      for (const [member, value] of Object.entries({
        base: text,
        size,
        text_size: BigInt(textInBytes),
        ro_size: data - text,
        ro_after_init_size: data - text,
      })) {
        this.#set('module', at, `core_layout.${member}`, value);
      }
      return;
    }
    const mem = at + this.#offset('module', 'mem');
    for (const [index, [base, size]] of [
      [text, textInBytes] as const,
      [data, dataInBytes] as const,
    ].entries()) {
      const each = mem + BigInt(index * this.#size('module_memory'));
      this.#set('module_memory', each, 'base', base);
      this.#set('module_memory', each, 'size', BigInt(size));
    }
  }

  /** Symbol table, letters and names lie in the module's data. */
  #symbols(symbols: readonly BuiltSymbol[], text: bigint, data: bigint): bigint {
    const table = this.#take(this.#size('mod_kallsyms'));
    const letters = data + BigInt(24 * (symbols.length + 1));
    const names = letters + BigInt(symbols.length + 1);
    let nameOffset = 1;
    for (const [index, { name, at, letter = 't', isGlobal = false }] of symbols.entries()) {
      const entry = new DataView(new ArrayBuffer(24));
      entry.setUint32(0, nameOffset, true);
      entry.setUint8(4, (isGlobal ? 0x10 : 0) | 2);
      entry.setUint16(6, 1, true);
      entry.setBigUint64(8, text + BigInt(at), true);
      this.#bytes(data + BigInt(24 * (index + 1)), new Uint8Array(entry.buffer));
      this.#bytes(letters + BigInt(index + 1), latin1Bytes(letter));
      this.#bytes(names + BigInt(nameOffset), latin1Bytes(`${name}\0`));
      nameOffset += name.length + 1;
    }
    for (const [member, value] of Object.entries({
      symtab: data,
      num_symtab: BigInt(symbols.length + 1),
      strtab: names,
      typetab: letters,
    })) {
      this.#set('mod_kallsyms', table, member, value);
    }
    return table;
  }

  #sections({ sections = {}, buildId }: BuiltModuleFields): bigint {
    const all: [string, bigint][] = Object.entries(sections);
    if (buildId !== undefined) {
      const note = this.#take(16 + buildId.length, 4);
      const words = new DataView(new ArrayBuffer(16));
      [4, buildId.length, 3, 0x554e47].forEach((word, at) => {
        words.setUint32(at * 4, word, true);
      });
      this.#bytes(note, new Uint8Array(words.buffer));
      this.#bytes(note + 16n, buildId);
      all.push(['.note.gnu.build-id', note]);
    }
    const names = all.map(([name]) => this.#text(name));
    const attrs = this.#take(this.#size('module_sect_attrs'));
    if (this.#fields.form === '7.3') {
      const pointers = this.#take(8 * (all.length + 1));
      this.#set('module_sect_attrs', attrs, 'grp.bin_attrs', pointers);
      for (const [index, [, address]] of all.entries()) {
        const each = this.#take(this.#size('bin_attribute'));
        this.#set('bin_attribute', each, 'attr.name', names[index] ?? 0n);
        this.#set('bin_attribute', each, 'private', address);
        this.#put(pointers + BigInt(8 * index), each);
      }
      return attrs;
    }
    this.#set('module_sect_attrs', attrs, 'nsections', BigInt(all.length));
    for (const [index, [, address]] of all.entries()) {
      const each = this.#take(this.#size('module_sect_attr'));
      this.#set('module_sect_attr', each, 'battr.attr.name', names[index] ?? 0n);
      this.#set('module_sect_attr', each, 'address', address);
    }
    return attrs;
  }

  /** A chain of right children is a tree, if not a balanced one. */
  #tree(root: bigint, modules: readonly bigint[]): void {
    const first = root + this.#offset('mod_tree_root', 'root.tree');
    const nodeAt = this.#offset('mod_tree_node', 'node.node');
    const isOld = this.#fields.form === '6.1';
    const inModule = this.#offset('module', isOld ? 'core_layout.mtn' : 'mem');
    const inMemory = isOld ? 0n : this.#offset('module_memory', 'mtn');
    const entries = modules.map((module) => module + inModule + inMemory);
    this.#put(first, entries[0] === undefined ? 0n : entries[0] + nodeAt);
    for (const [index, entry] of entries.entries()) {
      const parent = entries[index - 1];
      const child = entries[index + 1];
      this.#put(entry + this.#offset('mod_tree_node', 'mod'), modules[index] ?? 0n);
      this.#put(
        entry + nodeAt,
        parent === undefined ? 0n : parent + nodeAt,
        child === undefined ? 0n : child + nodeAt,
        0n,
      );
    }
  }

  /** A list through these nodes. */
  #link(listHead: bigint, nodes: readonly bigint[]): void {
    const ring = [listHead, ...nodes];
    for (const [index, node] of ring.entries()) {
      this.#put(node, ring[(index + 1) % ring.length] ?? 0n, ring.at(index - 1) ?? 0n);
    }
  }

  #take(sizeInBytes: number, alignment: number = 8): bigint {
    const from = Math.ceil(this.#used / alignment) * alignment;
    this.#used = from + sizeInBytes;
    return this.#fields.base + BigInt(from);
  }

  #text(text: string): bigint {
    const at = this.#take(text.length + 1, 1);
    this.#bytes(at, latin1Bytes(`${text}\0`));
    return at;
  }

  #set(struct: string, at: bigint, member: string, value: bigint): void {
    const found = this.#fields.types.struct(struct)?.member(member);
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setBigUint64(0, BigInt.asUintN(64, value), true);
    this.#bytes(
      at + BigInt(found?.offsetInBytes ?? 0),
      new Uint8Array(bytes.buffer, 0, found?.sizeInBytes ?? 8),
    );
  }

  #put(at: bigint, ...words: readonly bigint[]): void {
    const bytes = new DataView(new ArrayBuffer(8 * words.length));
    for (const [index, word] of words.entries()) {
      bytes.setBigUint64(8 * index, word, true);
    }
    this.#bytes(at, new Uint8Array(bytes.buffer));
  }

  #bytes(at: bigint, bytes: Uint8Array): void {
    this.#fields.memory.write(Number(at - this.#fields.base), bytes);
  }

  #offset(struct: string, member: string): bigint {
    return BigInt(this.#fields.types.struct(struct)?.member(member)?.offsetInBytes ?? 0);
  }

  #size(struct: string): number {
    return this.#fields.types.struct(struct)?.sizeInBytes ?? 0;
  }
}
