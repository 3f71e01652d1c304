import {
  type ArchitectureTable,
  type ByteSource,
  type DumpImage,
  imageOf,
  type OtherReaders,
  type Progress,
  type Registers,
  VmcorekitError,
} from '@vmcorekit/core';
import { FileMemory, FileParts } from '@vmcorekit/file-memory';
import { machineOfHvm } from '../cpus/hvm-machine.ts';
import { originsOfXen } from '../origins.ts';
import { readRecords, type SaveRecords } from './read-records.ts';
import { domainTypes, readSaveHeader } from './save-header.ts';

const byteOrderAt = 32;
/**
 * crash takes page tables of a PV kernel for such that hold machine frames. Tried with crash 8.0.2,
 * drgn 0.0.22, libkdumpfile 0.5.1 and makedumpfile 1.7.2.
 */
const readersOfParavirtual: OtherReaders = {
  ofFile: [],
  ofCopy: ['drgn', 'libkdumpfile', 'makedumpfile'],
};

/** Opens a save. The image owns the source. Throws `truncated`, `malformed` or `unsupported`. */
export function* openSave(
  format: string,
  source: ByteSource,
  architectures: ArchitectureTable,
): Generator<Progress, DumpImage, void> {
  const header = readSaveHeader(source);
  const records = yield* readRecords(source, header);
  const parts = new FileParts(source);
  records.pages.placeIn(parts);
  if (parts.pieces.count === 0) {
    throw new VmcorekitError('unsupported', {
      what: 'a Xen save without a page of memory',
      advice: 'save the domain again with xl save',
    });
  }
  const memory = new FileMemory(source, parts.pieces, {
    pageSizeInBytes: header.pageSizeInBytes,
    byteOrder: 'little',
    part: 'page',
  });
  const machine =
    header.domainType === domainTypes.paravirtual
      ? machineOfWidth(records)
      : machineOfHvm(records.cpus);
  const architecture = machine === null ? undefined : architectures.ofUtsname(machine);
  const cpus = architecture?.wordSizeInBits === 32 ? [] : records.cpus;
  return imageOf({
    format,
    memory,
    architecture: architecture?.name ?? null,
    wordSizeInBits: architecture?.wordSizeInBits ?? 64,
    header: new Map([
      ['domain_type', header.domainType],
      ['libxc_version', header.libxcVersion],
      ['xen_major', header.xenMajor],
      ['xen_minor', header.xenMinor],
    ]),
    headerOffsets: new Map([
      ['libxc_version', header.libxcAt + 12],
      ['domain_type', header.libxcAt + 24],
      ['xen_major', header.libxcAt + 32],
      ['xen_minor', header.libxcAt + 36],
    ]),
    facts: {
      origins: originsOfXen('the header of xl save', byteOrderAt),
      ...(header.domainType === domainTypes.paravirtual ? { readers: readersOfParavirtual } : {}),
    },
    damage: [...records.damage, ...parts.damage('pages')],
    cpus: () => cpus.map((registers: Registers) => ({ pid: null, registers })),
    [Symbol.dispose]() {
      memory.dispose();
      source[Symbol.dispose]();
    },
  });
}

/** `uname -m` of a PV domain; null where the save does not say. */
function machineOfWidth({ guestWidthInBytes }: SaveRecords): string | null {
  return guestWidthInBytes === 8 ? 'x86_64' : guestWidthInBytes === 4 ? 'i686' : null;
}
