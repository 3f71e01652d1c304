import type { CapstoneHandle, CapstoneModule } from '@alexaltea/capstone-js';
import {
  type Disassembler,
  type Instruction,
  type MachineCode,
  VmcorekitError,
} from '@vmcorekit/core';
import { asInstruction } from './as-instruction.ts';
import { loadCapstone } from './load-capstone.ts';
import { type CapstoneMachine, capstoneMachines } from './machines.ts';
import { x86MendAt } from './x86-mends.ts';

const name = 'capstone';
/** Capstone takes 240 bytes for each instruction of one call. */
const perCall = 1024;
/** No machine has longer instructions. */
const longestInBytes = 15;

/**
 * Capstone 5 in WebAssembly (@alexaltea/capstone-js, BSD). Node finds the file beside the library;
 * `loadWasm` gives the bytes of its `dist/capstone.wasm` where a bundler does not.
 */
export function createCapstone(loadWasm?: () => Promise<Uint8Array>): Disassembler {
  let loading: Promise<CapstoneModule> | undefined;
  let library: CapstoneModule | undefined;
  return {
    name,
    summary: 'Capstone 5, in WebAssembly',
    architectures: Object.keys(capstoneMachines),
    async prepare() {
      loading ??= loadCapstone(loadWasm);
      library = await loading;
    },
    disassemble(code, limit) {
      if (library === undefined) {
        throw new VmcorekitError('contract', { what: `${name} was used before prepare()` });
      }
      const machine = capstoneMachines[code.architecture];
      if (machine === undefined) {
        throw new VmcorekitError('unknown-name', {
          kind: 'machine of Capstone',
          name: code.architecture,
          known: Object.keys(capstoneMachines),
        });
      }
      const handle = handleFor(library, machine, code);
      try {
        return read(handle, machine, code, limit);
      } finally {
        handle.close();
      }
    },
  };
}

export const capstone: Disassembler = createCapstone();

function handleFor(
  library: CapstoneModule,
  machine: CapstoneMachine,
  { byteOrder }: MachineCode,
): CapstoneHandle {
  const handle = new library.Capstone(
    machine.architecture(library),
    machine.mode(library, byteOrder),
  );
  if (machine.isX86 === true) {
    handle.option(library.OPT_SYNTAX, library.OPT_SYNTAX_ATT);
  }
  return handle;
}

function read(
  handle: CapstoneHandle,
  machine: CapstoneMachine,
  { bytes, address }: MachineCode,
  limit: number,
): Instruction[] {
  const found: Instruction[] = [];
  let at = 0;
  const bare = (lengthInBytes: number, mnemonic: string | null): void => {
    found.push({
      address: address + BigInt(at),
      lengthInBytes,
      mnemonic,
      operands: '',
      target: null,
    });
    at += lengthInBytes;
  };
  while (at < bytes.length && found.length < limit) {
    const mend = machine.isX86 === true ? x86MendAt(bytes, at) : undefined;
    if (mend !== undefined) {
      bare(mend.lengthInBytes, mend.mnemonic);
      continue;
    }
    const count = Math.min(limit - found.length, perCall);
    const known = knownFrom(
      handle,
      bytes.subarray(at, at + count * longestInBytes),
      address + BigInt(at),
      count,
    );
    if (known.length === 0) {
      bare(Math.min(machine.unknownLength(bytes[at] ?? 0), bytes.length - at), null);
    }
    for (const each of known) {
      if (machine.isX86 === true && x86MendAt(bytes, at) !== undefined) {
        break;
      }
      found.push(asInstruction(each, machine));
      at += each.size;
    }
  }
  return found;
}

/** None where Capstone does not know the first; it throws a text then. */
function knownFrom(handle: CapstoneHandle, bytes: Uint8Array, address: bigint, limit: number) {
  try {
    return handle.disasm(bytes, address, limit);
  } catch (error) {
    if (typeof error === 'string') {
      return [];
    }
    throw error;
  }
}
