import { type Kernel, type Progress, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { idrEntries } from '../containers/idr.ts';
import { WalkNotes } from '../containers/walk.ts';
import { pageSizeOf } from '../page-size.ts';
import { number, optional, pointer, text } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';
import type { BpfLink, BpfMap, BpfObjects, BpfTypes } from './bpf-object.ts';
import { bpfPrograms } from './bpf-programs.ts';
import { bpfTypeName } from './bpf-type-name.ts';

/** More of one kind than any machine has. */
const objectLimit = 2 ** 16;
const objectsPerStep = 128;

/** What reads an object by its number; a sentence where none of that number lies there. */
type Reader<Value> = (id: number, address: VirtualAddress) => Value | string;

/**
 * Reads what is loaded of BPF. Classic filters of sockets and seccomp have no number, so they are
 * not among the programs. A sentence where the kernel's symbols or types do not lead to the
 * programs.
 */
export function* readBpf(kernel: Kernel): Generator<Progress, BpfObjects | string, void> {
  const { symbols } = kernel;
  if (symbols.find('prog_idr') === undefined) {
    return symbols.size === 0
      ? 'no symbols of the kernel are known, so prog_idr cannot be found'
      : `the symbols (${symbols.from}) do not name prog_idr, as in a kernel without BPF`;
  }
  const programs = bpfPrograms(kernel);
  if (programs === undefined) {
    return withoutTypes(kernel, 'struct bpf_prog and struct bpf_prog_aux');
  }
  const notes = new WalkNotes();
  const remarks: string[] = [];

  function* all<Value>(
    table: string,
    read: Reader<Value> | undefined,
  ): Generator<Progress, Value[], void> {
    const idr = symbols.find(table)?.address;
    if (idr === undefined || read === undefined) {
      remarks.push(
        idr === undefined
          ? `the symbols (${symbols.from}) do not name ${table}`
          : withoutTypes(kernel, `what ${table} holds`),
      );
      return [];
    }
    const found: Value[] = [];
    let count = 0;
    for (const { index, entry } of idrEntries(kernel, idr, notes, {
      limit: objectLimit,
      name: table,
    })) {
      const value = read(Number(index), entry);
      if (typeof value === 'string') {
        notes.add({ container: `${table}, number ${index}`, at: entry, because: value });
      } else {
        found.push(value);
      }
      if (++count % objectsPerStep === 0) {
        yield { kind: 'progress', doing: `reading ${table}`, fraction: null };
      }
    }
    return found;
  }

  return {
    programs: yield* all('prog_idr', programs),
    maps: yield* all('map_idr', mapsOf(kernel)),
    links: yield* all('link_idr', linksOf(kernel)),
    types: yield* all('btf_idr', typesOf(kernel)),
    remarks: [...remarks, ...notes.remarks()],
  };
}

function mapsOf(kernel: Kernel): Reader<BpfMap> | undefined {
  const reader = knownReader(kernel, 'bpf_map', {
    id: number('id'),
    type: number('map_type'),
    name: text('name'),
    keySizeInBytes: number('key_size'),
    valueSizeInBytes: number('value_size'),
    maxEntries: number('max_entries'),
    flags: number('map_flags'),
    pages: optional(number('memory.pages')),
  });
  return reader === undefined
    ? undefined
    : (id, address) => {
        const values = reader.tryRead(address);
        if (values === undefined || values.id !== id) {
          return unlike('map', values);
        }
        const { type, pages, ...rest } = values;
        return {
          ...rest,
          address,
          type: bpfTypeName(kernel.types, 'bpf_map_type', 'BPF_MAP_TYPE_', type),
          memoryInBytes: pages === null ? null : pages * pageSizeOf(kernel),
        };
      };
}

function linksOf(kernel: Kernel): Reader<BpfLink> | undefined {
  const reader = knownReader(kernel, 'bpf_link', {
    id: number('id'),
    type: number('type'),
    program: pointer('prog'),
  });
  const program = knownReader(kernel, 'bpf_prog', { aux: pointer('aux') });
  const aux = knownReader(kernel, 'bpf_prog_aux', { id: number('id') });
  return reader === undefined
    ? undefined
    : (id, address) => {
        const values = reader.tryRead(address);
        if (values === undefined || values.id !== id) {
          return unlike('link', values);
        }
        const at = tryRead(() => program?.read(values.program).aux);
        return {
          id,
          address,
          type: bpfTypeName(kernel.types, 'bpf_link_type', 'BPF_LINK_TYPE_', values.type),
          program: at === undefined ? null : (aux?.tryRead(at)?.id ?? null),
        };
      };
}

function typesOf(kernel: Kernel): Reader<BpfTypes> | undefined {
  const reader = knownReader(kernel, 'btf', {
    id: number('id'),
    name: optional(text('name')),
    sizeInBytes: number('data_size'),
  });
  return reader === undefined
    ? undefined
    : (id, address) => {
        const values = reader.tryRead(address);
        return values === undefined || values.id !== id
          ? unlike('set of types', values)
          : { ...values, address };
      };
}

function unlike(what: string, values: { readonly id: number } | undefined): string {
  return values === undefined
    ? `the ${what} cannot be read`
    : `the ${what} there has the number ${values.id}`;
}
