import { hex, printable } from '@vmcorekit/core';
import type { CodePointer } from '@vmcorekit/linux';

/** Where a pointer to code leads, for programs. */
export interface CodeJson {
  readonly address: string;
  /** With `+0x10` where it leads into the function; null where no symbol holds the address. */
  readonly name: string | null;
  readonly module: string | null;
}

/** Null for a null pointer. */
export function codeJson(code: CodePointer | undefined): CodeJson | null {
  return code === undefined
    ? null
    : { address: hex(code.address), name: code.name, module: code.module };
}

/** As crash shows it: the name, and the module in brackets; `-` for a null pointer. */
export function codeText(code: CodeJson | null): string {
  if (code === null) {
    return '-';
  }
  const name = code.name === null ? code.address : printable(code.name);
  return code.module === null ? name : `${name} [${printable(code.module)}]`;
}

/** Numbers as the kernel writes lists of CPUs: `0-3,7`. */
export function cpuListText(cpus: readonly number[] | null): string | null {
  if (cpus === null) {
    return null;
  }
  const ranges: [first: number, last: number][] = [];
  for (const cpu of cpus) {
    const last = ranges.at(-1);
    if (last?.[1] === cpu - 1) {
      last[1] = cpu;
    } else {
      ranges.push([cpu, cpu]);
    }
  }
  return ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(',');
}
