import { type KernelView, tryRead } from '@vmcorekit/core';
import { runAt } from '../run-at.ts';
import { arm64AddressesIn } from './arm64-operands.ts';

/** What in code that begins there may be the address of a variable. */
type OperandReader = (code: DataView, start: bigint) => Generator<bigint, void, void>;

/** How code names variables, by architecture. */
const operandReaders: Readonly<Record<string, OperandReader>> = {
  arm64: arm64AddressesIn,
  i386: wholeAddresses,
  s390x: relativeAddresses,
};
/** The functions asked for are shorter. */
const searchedInBytes = 64;
const addressSizeInBytes = 4;
const instructionSizeInBytes = 6;

/**
 * Whatever in a function's code may be the address of a variable, for kernels of arm64, i386 and
 * s390x whose symbols name functions only: what leads to memory the kernel writes. No process can
 * change code that is protected from writes. None on other machines.
 */
export function* variablesIn(
  { dump: { architecture }, symbols, memory, runs }: KernelView,
  functionName: string,
): Generator<bigint, void, void> {
  const start = symbols.find(functionName)?.address;
  const operandsIn = operandReaders[architecture?.name ?? ''];
  if (operandsIn === undefined || start === undefined) {
    return;
  }
  const text = runAt(runs, start);
  const isProtected = text?.isExecutable === true && !text.isWritable;
  const code = isProtected ? tryRead(() => memory.read(start, searchedInBytes)) : undefined;
  const view = new DataView((code ?? new Uint8Array()).slice().buffer);
  for (const address of operandsIn(view, start)) {
    if (runAt(runs, address)?.isWritable === true) {
      yield address;
    }
  }
}

/** Any four bytes. */
function* wholeAddresses(code: DataView): Generator<bigint, void, void> {
  for (let at = 0; at + addressSizeInBytes <= code.byteLength; at++) {
    yield BigInt(code.getUint32(at, true));
  }
}

/**
 * The operands of `lgrl` and `larl`, which count halfwords from the instruction. Source: IBM,
 * z/Architecture Principles of Operation, LOAD RELATIVE LONG, LOAD ADDRESS RELATIVE LONG.
 */
function* relativeAddresses(code: DataView, start: bigint): Generator<bigint, void, void> {
  for (let at = 0; at + instructionSizeInBytes <= code.byteLength; at += 2) {
    const operation = code.getUint16(at) & 0xff0f;
    if (operation === 0xc408 || operation === 0xc000) {
      yield start + BigInt(at) + 2n * BigInt(code.getInt32(at + 2));
    }
  }
}
