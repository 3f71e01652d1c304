import type { Task, VirtualAddress } from '@vmcorekit/core';
import { kernelByName, objectOf } from '@vmcorekit/shell';
import { UsageError } from '../arguments/usage-error.ts';
import type { OpenShell } from './open-shell.ts';
import { shownObject } from './shown.ts';

/** The names that JavaScript sees in the shell. Each is looked up when it is used. */
export function shellGlobals(shell: OpenShell): Readonly<Record<string, () => unknown>> {
  const addressOf = (place: unknown): VirtualAddress => {
    const object = objectOf(place);
    if (object !== undefined) {
      return object.address;
    }
    if (typeof place === 'bigint' || typeof place === 'number') {
      return exactAddress(place);
    }
    const symbol = shell.kernel.symbols.find(String(place));
    if (symbol === undefined) {
      throw new UsageError(`there is no symbol '${String(place)}'`);
    }
    return symbol.address;
  };
  const read = (place: unknown, lengthInBytes = 8): Uint8Array =>
    shell.kernel.memory.read(addressOf(place), lengthInBytes);
  const sym = (place: unknown): VirtualAddress | string => {
    if (typeof place === 'string') {
      return addressOf(place);
    }
    const address = addressOf(place);
    const symbol = shell.kernel.symbols.at(address);
    if (symbol === undefined) {
      throw new UsageError(`no symbol holds 0x${address.toString(16)}`);
    }
    const offset = address - symbol.address;
    return offset === 0n ? symbol.name : `${symbol.name}+0x${offset.toString(16)}`;
  };
  const tasks = (): Task[] => [...shell.kernel.tasks()];
  return {
    kernel: () => kernelByName(shell.kernel, shownObject),
    dump: () => shell.here.dump,
    memory: () => shell.kernel.memory,
    read: () => read,
    sym: () => sym,
    tasks: () => tasks,
  };
}

/** Throws `UsageError` for a number that JavaScript may have rounded: it is another address. */
function exactAddress(place: bigint | number): VirtualAddress {
  if (typeof place === 'number' && !Number.isSafeInteger(place)) {
    throw new UsageError(
      `an address: got the number ${place}, wanted a whole one below 2^53. JavaScript rounds larger ones: write them with n at the end, 0x…n`,
    );
  }
  return BigInt(place);
}
