import { type AddressSpace, type Analyzer, isVmcorekitError, printable } from '@vmcorekit/core';

/** Linux's struct new_utsname: six fields of 65 bytes. Source: include/uapi/linux/utsname.h. */
const utsnameFields = ['sysname', 'nodename', 'release', 'version', 'machine', 'domainname'] as const;
const utsnameFieldSizeInBytes = 65;
/** `name` is the first field of `init_uts_ns` since Linux 5.11; before, a reference count of 4 bytes came first. */
const utsnameOffsets = [0n, 4n];

/** Which machine was this, and how was it started? Reads `init_uts_ns` and `saved_command_line` of the located kernel. */
export const identity: Analyzer = {
  name: 'identity',
  summary: 'host name, kernel and command line of the machine that was dumped',
  options: {},
  *run({ space, symbols }) {
    yield { kind: 'progress', doing: 'reading the identity', fraction: null };
    const names = utsnameAt(space, symbols?.addressOf('init_uts_ns'));
    const commandLine = commandLineAt(space, symbols?.addressOf('saved_command_line'));
    return {
      text: [
        `host name     ${shown(names?.nodename)}`,
        `kernel        ${shown(names?.release)} ${shown(names?.version)}`,
        `command line  ${shown(commandLine)}`,
      ],
      data: { nodename: names?.nodename ?? null, release: names?.release ?? null, commandLine: commandLine ?? null },
    };
  },
};

function utsnameAt(space: AddressSpace | null, address: bigint | undefined): Record<string, string> | undefined {
  for (const offset of utsnameOffsets) {
    const names = Object.fromEntries(
      utsnameFields.map((field, index) => [
        field,
        stringAt(space, address === undefined ? undefined : address + offset + BigInt(index * utsnameFieldSizeInBytes)),
      ]),
    );
    if (names.sysname === 'Linux') {
      return names as Record<string, string>;
    }
  }
  return undefined;
}

/** `saved_command_line` is a pointer to the text. */
function commandLineAt(space: AddressSpace | null, address: bigint | undefined): string | undefined {
  return space === null || address === undefined ? undefined : orUndefined(() => space.readString(space.readUint64(address)));
}

function stringAt(space: AddressSpace | null, address: bigint | undefined): string | undefined {
  return space === null || address === undefined
    ? undefined
    : orUndefined(() => space.readString(address, utsnameFieldSizeInBytes));
}

/** A page may be excluded or a pointer wild: that is no reason to say nothing of the rest. */
function orUndefined<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (isVmcorekitError(error)) {
      return undefined;
    }
    throw error;
  }
}

function shown(text: string | undefined): string {
  return text === undefined ? 'not in the dump' : printable(text);
}
