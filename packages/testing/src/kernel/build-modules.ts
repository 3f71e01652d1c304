import { latin1Bytes } from '@vmcorekit/core';
import { FieldMemory } from './field-memory.ts';
import type {
  BuildModulesFields,
  BuiltModuleFields,
  BuiltModules,
  BuiltSymbol,
} from './module-fields.ts';

export type * from './module-fields.ts';
export { type ModuleForm, modulesBtf } from './module-types.ts';

/** Puts modules into memory, in every view that a kernel has of them. */
export function buildModules(fields: BuildModulesFields): BuiltModules {
  return new ModuleBuilder(fields).build();
}

class ModuleBuilder {
  readonly #fields: BuildModulesFields;
  readonly #heap: FieldMemory;

  constructor(fields: BuildModulesFields) {
    this.#fields = fields;
    this.#heap = new FieldMemory(fields);
  }

  build(): BuiltModules {
    const heap = this.#heap;
    const { modules } = this.#fields;
    const [list, kset, ksetPointer, tree, btf] = [16, 64, 8, 64, 16].map((size) =>
      heap.take(size),
    ) as [bigint, bigint, bigint, bigint, bigint];
    const texts = modules.map(({ textInBytes = 4096 }) => heap.take(textInBytes, 4096));
    const data = modules.map(({ dataInBytes = 4096 }) => heap.take(dataInBytes, 4096));
    const addresses = modules.map(() => heap.take(heap.sizeOf('module'), 64));
    heap.put(ksetPointer, kset);
    const inView = (view: 'modules' | 'kset' | 'text' | 'btf') =>
      addresses.filter((_, index) => modules[index]?.missingIn?.includes(view) !== true);
    this.#link(
      list,
      inView('modules').map((module) => heap.at(module, 'module', 'list')),
    );
    this.#link(
      heap.at(kset, 'kset', 'list'),
      inView('kset').map((module) => heap.at(module, 'module', 'mkobj.kobj.entry')),
    );
    this.#link(
      btf,
      inView('btf').map((module) =>
        heap.at(heap.make('btf_module', { module }), 'btf_module', 'list'),
      ),
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
      endOffset: heap.usedInBytes,
    };
  }

  #module(
    at: bigint,
    fields: BuiltModuleFields,
    text: bigint,
    data: bigint,
    addresses: readonly bigint[],
  ): void {
    const heap = this.#heap;
    const { parameters = [], version, args, usedBy = [] } = fields;
    heap.set(at, 'module', {
      state: fields.state ?? 0,
      name: fields.name,
      'mkobj.mod': at,
      taints: fields.taints ?? 0n,
      'refcnt.counter': fields.refcount ?? 1,
      init: text,
      exit: text,
      version: version === undefined ? 0n : heap.text(version),
      args: args === undefined ? 0n : heap.text(args),
    });
    this.#memory(at, fields, text, data);
    this.#link(
      heap.at(at, 'module', 'source_list'),
      usedBy.map((index) => {
        const use = heap.make('module_use', { source: addresses[index] ?? 0n });
        return heap.at(use, 'module_use', 'source_list');
      }),
    );
    heap.set(at, 'module', {
      kallsyms: this.#symbols(fields.symbols ?? [], text, data),
    });
    const note = fields.buildId === undefined ? undefined : this.#note(fields.buildId);
    heap.set(at, 'module', {
      sect_attrs: this.#sections(fields, note),
      notes_attrs: note === undefined || fields.hasNotes === false ? 0n : this.#notes(note),
    });
    const sizeOfParameter = heap.sizeOf('kernel_param');
    const table = heap.take(sizeOfParameter * parameters.length);
    heap.set(at, 'module', { num_kp: parameters.length, kp: table });
    for (const [index, { name, operations, argument }] of parameters.entries()) {
      heap.set(table + BigInt(index * sizeOfParameter), 'kernel_param', {
        name: heap.text(name),
        ops: operations,
        arg: argument,
      });
    }
  }

  #memory(
    at: bigint,
    { textInBytes = 4096, dataInBytes = 4096 }: BuiltModuleFields,
    text: bigint,
    data: bigint,
  ): void {
    const heap = this.#heap;
    if (this.#fields.form === '6.1') {
      heap.set(at, 'module', {
        'core_layout.base': text,
        'core_layout.size': BigInt(dataInBytes) + data - text,
        'core_layout.text_size': textInBytes,
        'core_layout.ro_size': data - text,
        'core_layout.ro_after_init_size': data - text,
      });
      return;
    }
    const mem = heap.at(at, 'module', 'mem');
    heap.set(mem, 'module_memory', { base: text, size: textInBytes });
    heap.set(mem + BigInt(heap.sizeOf('module_memory')), 'module_memory', {
      base: data,
      size: dataInBytes,
    });
  }

  /** Symbol table, letters and names lie in the module's data. */
  #symbols(symbols: readonly BuiltSymbol[], text: bigint, data: bigint): bigint {
    const heap = this.#heap;
    const letters = data + BigInt(24 * (symbols.length + 1));
    const names = letters + BigInt(symbols.length + 1);
    let nameOffset = 1;
    for (const [index, { name, at, letter = 't', isGlobal = false }] of symbols.entries()) {
      const entry = new DataView(new ArrayBuffer(24));
      entry.setUint32(0, nameOffset, true);
      entry.setUint8(4, (isGlobal ? 0x10 : 0) | 2);
      entry.setUint16(6, 1, true);
      entry.setBigUint64(8, text + BigInt(at), true);
      heap.bytes(data + BigInt(24 * (index + 1)), new Uint8Array(entry.buffer));
      heap.bytes(letters + BigInt(index + 1), latin1Bytes(letter));
      heap.bytes(names + BigInt(nameOffset), latin1Bytes(`${name}\0`));
      nameOffset += name.length + 1;
    }
    return heap.make('mod_kallsyms', {
      symtab: data,
      num_symtab: symbols.length + 1,
      strtab: names,
      typetab: letters,
    });
  }

  #note(buildId: Uint8Array): bigint {
    const heap = this.#heap;
    const note = heap.take(16 + buildId.length, 4);
    for (const [index, word] of [4, buildId.length, 3, 0x554e47].entries()) {
      heap.integer(note + BigInt(4 * index), BigInt(word), 4);
    }
    heap.bytes(note + 16n, buildId);
    return note;
  }

  /** One attribute, of the note of the build ID. */
  #notes(note: bigint): bigint {
    const heap = this.#heap;
    const attrs = heap.make('module_notes_attrs');
    // Right after the structure, whose array has no length.
    const attribute = heap.make('bin_attribute', { private: note });
    if (this.#fields.form === '7.3') {
      const pointers = heap.take(16);
      heap.put(pointers, attribute);
      heap.set(attrs, 'module_notes_attrs', { 'grp.bin_attrs': pointers });
    } else {
      heap.set(attrs, 'module_notes_attrs', { notes: 1 });
    }
    return attrs;
  }

  #sections({ sections = {} }: BuiltModuleFields, note: bigint | undefined): bigint {
    const heap = this.#heap;
    const all: [string, bigint][] = [
      ...Object.entries(sections),
      ...(note === undefined ? [] : [['.note.gnu.build-id', note] as [string, bigint]]),
    ];
    const names = all.map(([name]) => heap.text(name));
    const attrs = heap.make('module_sect_attrs');
    if (this.#fields.form === '7.3') {
      const pointers = heap.take(8 * (all.length + 1));
      heap.set(attrs, 'module_sect_attrs', { 'grp.bin_attrs': pointers });
      for (const [index, [, address]] of all.entries()) {
        const each = heap.make('bin_attribute', {
          'attr.name': names[index] ?? 0n,
          private: address,
        });
        heap.put(pointers + BigInt(8 * index), each);
      }
      return attrs;
    }
    heap.set(attrs, 'module_sect_attrs', { nsections: all.length });
    for (const [index, [, address]] of all.entries()) {
      // Right after the structure, whose array has no length.
      heap.make('module_sect_attr', { 'battr.attr.name': names[index] ?? 0n, address });
    }
    return attrs;
  }

  /** A chain of right children is a tree, if not a balanced one. */
  #tree(root: bigint, modules: readonly bigint[]): void {
    const heap = this.#heap;
    const isOld = this.#fields.form === '6.1';
    const entries = modules.map((module) =>
      isOld
        ? heap.at(module, 'module', 'core_layout.mtn')
        : heap.at(heap.at(module, 'module', 'mem'), 'module_memory', 'mtn'),
    );
    const nodes = entries.map((entry) => heap.at(entry, 'mod_tree_node', 'node.node'));
    heap.put(heap.at(root, 'mod_tree_root', 'root.tree'), nodes[0] ?? 0n);
    for (const [index, entry] of entries.entries()) {
      heap.set(entry, 'mod_tree_node', { mod: modules[index] ?? 0n });
      heap.put(nodes[index] ?? 0n, nodes[index - 1] ?? 0n, nodes[index + 1] ?? 0n, 0n);
    }
  }

  /** A list through these nodes. */
  #link(listHead: bigint, nodes: readonly bigint[]): void {
    const ring = [listHead, ...nodes];
    for (const [index, node] of ring.entries()) {
      this.#heap.put(node, ring[(index + 1) % ring.length] ?? 0n, ring.at(index - 1) ?? 0n);
    }
  }
}
