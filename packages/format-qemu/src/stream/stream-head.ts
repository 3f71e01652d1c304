import { type ByteSource, latin1Text, VmcorekitError } from '@vmcorekit/core';
import { SUBSECTION_VERSION_SIZE, sectionTypes } from './layout.ts';
import { StreamCursor } from './stream-cursor.ts';

/** A machine type is some twenty characters long. */
const maxMachineTypeBytes = 256;
/** QEMU knows some thirty capabilities. */
const maxCapabilities = 256;

/** What a stream says before its first section. */
export interface StreamHead {
  /** Empty where the stream has no configuration, as of machine types up to 2.3. */
  readonly machineType: string;
  /** The capabilities that QEMU lists, as `mapped-ram` and `x-ignore-shared`. */
  readonly capabilities: ReadonlySet<string>;
  /** Null where the stream does not say. */
  readonly pageBits: number | null;
  /** Where the machine type stands. */
  readonly machineTypeAt: number;
  /** Where the first section begins. */
  readonly endsAt: number;
}

/**
 * Reads the header and the configuration. Throws `malformed`, `truncated` and `unsupported`.
 * Source: QEMU, migration/savevm.c.
 */
export function readStreamHead(source: ByteSource, start: number): StreamHead {
  const cursor = new StreamCursor(source, start);
  const magic = cursor.uint32('stream header');
  if (magic !== 0x5145564d) {
    throw new VmcorekitError('malformed', {
      structure: 'stream header',
      fileOffset: start,
      field: 'magic',
      wanted: "0x5145564d, 'QEVM'",
      got: magic,
    });
  }
  const version = cursor.uint32('stream header');
  if (version !== 3) {
    throw new VmcorekitError('unsupported', {
      what: `a QEMU stream of version ${version}, of QEMU before 0.10`,
      advice: 'load it into that QEMU, and write it again with a newer one',
    });
  }
  const head = {
    machineType: '',
    capabilities: new Set<string>(),
    pageBits: null as number | null,
    machineTypeAt: cursor.position,
  };
  if (cursor.uint8('section type') !== sectionTypes.configuration) {
    return { ...head, endsAt: cursor.position - 1 };
  }
  const length = cursor.uint32('configuration');
  if (length > maxMachineTypeBytes) {
    throw new VmcorekitError('malformed', {
      structure: 'configuration',
      fileOffset: cursor.position - 4,
      field: 'length of the machine type',
      wanted: `at most ${maxMachineTypeBytes}`,
      got: length,
    });
  }
  head.machineTypeAt = cursor.position;
  const bytes = new Uint8Array(length);
  cursor.skip(length, 'machine type');
  source.readInto(head.machineTypeAt, bytes);
  head.machineType = latin1Text(bytes);
  for (;;) {
    const at = cursor.position;
    if (cursor.uint8('section type') !== sectionTypes.subsection) {
      return { ...head, endsAt: at };
    }
    const name = cursor.name('subsection of the configuration');
    cursor.skip(SUBSECTION_VERSION_SIZE, name);
    readSubsection(cursor, name, head);
  }
}

function readSubsection(
  cursor: StreamCursor,
  name: string,
  head: { readonly capabilities: Set<string>; pageBits: number | null },
): void {
  if (name === 'configuration/target-page-bits') {
    head.pageBits = cursor.uint32(name);
  } else if (name === 'configuration/uuid') {
    cursor.skip(16, name);
  } else if (name === 'configuration/capabilities') {
    const count = cursor.uint32(name);
    if (count > maxCapabilities) {
      throw new VmcorekitError('malformed', {
        structure: name,
        fileOffset: cursor.position - 4,
        field: 'count',
        wanted: `at most ${maxCapabilities}`,
        got: count,
      });
    }
    for (let index = 0; index < count; index++) {
      head.capabilities.add(cursor.name(name));
    }
  } else {
    throw new VmcorekitError('malformed', {
      structure: 'configuration',
      fileOffset: cursor.position,
      field: 'subsection',
      wanted: 'capabilities, target-page-bits or uuid',
      got: name,
    });
  }
}
