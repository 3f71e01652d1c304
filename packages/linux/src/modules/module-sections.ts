import {
  hexText,
  type Kernel,
  parseNotes,
  type StructMember,
  type VirtualAddress,
  VmcorekitError,
} from '@vmcorekit/core';
import { offsetOf } from '../containers/container-of.ts';
import { tryKnown } from '../reading/known-part.ts';

type Of = Pick<Kernel, 'memory' | 'types'>;

/** More sections than a module has. */
const sectionLimit = 4096;
const nameLimitInBytes = 256;
const buildIdSection = '.note.gnu.build-id';
/** A head, `GNU`, and an ID of up to 32 bytes. */
const buildIdNoteInBytes = 48;
const NT_GNU_BUILD_ID = 3;

/** A section that was loaded. Memory of `.init` sections is free once the module is live. */
export interface ModuleSection {
  readonly name: string;
  readonly address: VirtualAddress;
}

/**
 * The sections of a module, in their order: those that /sys/module/NAME/sections shows. Throws
 * `unknown-name` where the kernel's types do not describe them, and as reading memory does. Source:
 * Linux, kernel/module/sysfs.c.
 */
export function* sectionsOf(
  kernel: Of,
  module: VirtualAddress,
): Generator<ModuleSection, void, void> {
  const { memory, types } = kernel;
  const start = memory.readPointer(module + offsetOf(kernel, 'module', 'sect_attrs'));
  if (start === 0n) {
    return;
  }
  const attrs = types.struct('module_sect_attrs');
  const count = attrs?.member('nsections');
  const array = attrs?.member('attrs');
  if (count !== undefined && array !== undefined) {
    yield* numberedSections(
      kernel,
      start + BigInt(array.offsetInBytes),
      array,
      memory.readUint32(start + BigInt(count.offsetInBytes)),
    );
  } else {
    yield* attributedSections(kernel, start);
  }
}

/** Until Linux 6.13: a count, and an array of `module_sect_attr`. */
function* numberedSections(
  { memory }: Of,
  start: VirtualAddress,
  { type }: StructMember,
  count: number,
): Generator<ModuleSection, void, void> {
  const element = type?.kind === 'array' && type.of?.kind === 'struct' ? type.of.struct : undefined;
  const nameAt = element?.member('battr.attr.name') ?? element?.member('name');
  const addressAt = element?.member('address');
  const sizeInBytes = element?.sizeInBytes ?? null;
  if (nameAt === undefined || addressAt === undefined || sizeInBytes === null) {
    throw new VmcorekitError('unknown-name', {
      kind: 'structure of sections',
      name: element?.name ?? '',
      known: [],
    });
  }
  for (let index = 0; index < Math.min(count, sectionLimit); index++) {
    const at = start + BigInt(index * sizeInBytes);
    const name = memory.readPointer(at + BigInt(nameAt.offsetInBytes));
    yield {
      name: memory.readText(name, nameLimitInBytes),
      address: memory.readPointer(at + BigInt(addressAt.offsetInBytes)),
    };
  }
}

function* attributedSections(
  kernel: Of,
  start: VirtualAddress,
): Generator<ModuleSection, void, void> {
  const { memory } = kernel;
  const nameAt = offsetOf(kernel, 'bin_attribute', 'attr.name');
  const addressAt = offsetOf(kernel, 'bin_attribute', 'private');
  for (const attribute of attributesOf(kernel, 'module_sect_attrs', start)) {
    yield {
      name: memory.readText(memory.readPointer(attribute + nameAt), nameLimitInBytes),
      address: memory.readPointer(attribute + addressAt),
    };
  }
}

/**
 * The `bin_attribute`s of a group of them. Since Linux 6.14 (commits of 2024-12-27): an array of
 * pointers that ends with NULL.
 */
function* attributesOf(
  kernel: Of,
  owner: 'module_sect_attrs' | 'module_notes_attrs',
  start: VirtualAddress,
): Generator<VirtualAddress, void, void> {
  const { memory } = kernel;
  const pointers = memory.readPointer(start + offsetOf(kernel, owner, 'grp.bin_attrs'));
  const wordSizeInBytes = memory.wordSizeInBits / 8;
  for (let index = 0; index < sectionLimit && pointers !== 0n; index++) {
    const attribute = memory.readPointer(pointers + BigInt(index * wordSizeInBytes));
    if (attribute === 0n) {
      return;
    }
    yield attribute;
  }
}

/**
 * Where the notes of a module lie: those that /sys/module/NAME/notes shows. Their attributes are
 * few and small, so those of many modules share a page. Each list of sections has its own pages.
 * Source: Linux, add_notes_attrs() in kernel/module/sysfs.c.
 */
function* notesOf(kernel: Of, module: VirtualAddress): Generator<VirtualAddress, void, void> {
  const { memory, types } = kernel;
  const pointerAt = types.struct('module')?.member('notes_attrs');
  const attrs = types.struct('module_notes_attrs');
  const address = types.struct('bin_attribute')?.member('private');
  if (pointerAt === undefined || attrs === undefined || address === undefined) {
    return;
  }
  const start = memory.readPointer(module + BigInt(pointerAt.offsetInBytes));
  if (start === 0n) {
    return;
  }
  const addressIn = (attribute: VirtualAddress) =>
    memory.readPointer(attribute + BigInt(address.offsetInBytes));
  const count = attrs.member('notes');
  const array = attrs.member('attrs');
  const sizeInBytes = types.struct('bin_attribute')?.sizeInBytes ?? null;
  if (count === undefined || array === undefined || sizeInBytes === null) {
    for (const attribute of attributesOf(kernel, 'module_notes_attrs', start)) {
      yield addressIn(attribute);
    }
    return;
  }
  const notes = memory.readUint32(start + BigInt(count.offsetInBytes));
  for (let index = 0; index < Math.min(notes, sectionLimit); index++) {
    yield addressIn(start + BigInt(array.offsetInBytes + index * sizeInBytes));
  }
}

/** The build ID in a module's own note, in lower-case hexadecimal; undefined without one. */
export function buildIdOf(kernel: Of, module: VirtualAddress): string | undefined {
  return (
    tryKnown(() => {
      for (const address of notesOf(kernel, module)) {
        const buildId = buildIdAt(kernel, address);
        if (buildId !== undefined) {
          return buildId;
        }
      }
      return undefined;
    }) ?? buildIdInSections(kernel, module)
  );
}

function buildIdInSections(kernel: Of, module: VirtualAddress): string | undefined {
  return tryKnown(() => {
    for (const { name, address } of sectionsOf(kernel, module)) {
      if (name === buildIdSection) {
        return buildIdAt(kernel, address);
      }
    }
    return undefined;
  });
}

function buildIdAt({ memory }: Of, address: VirtualAddress): string | undefined {
  // The section may end with its page.
  const inPage = Number(0x1000n - (address & 0xfffn));
  const bytes =
    memory.tryRead(address, buildIdNoteInBytes) ?? memory.tryRead(address, Math.min(inPage, 36));
  const [note] = bytes === undefined ? [] : parseNotes(bytes, memory.byteOrder, 0, 1).notes;
  return note?.name === 'GNU' && note.type === NT_GNU_BUILD_ID
    ? hexText(note.descriptor)
    : undefined;
}
