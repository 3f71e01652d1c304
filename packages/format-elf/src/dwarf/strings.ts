import type { ByteOrder } from '@vmcorekit/core';
import { latin1Text } from '@vmcorekit/core';
import { ByteCursor } from './byte-cursor.ts';
import type { DebugSection } from './debug-section.ts';
import type { FormValue } from './forms.ts';
import type { UnitHeader } from './unit-header.ts';

const stepInBytes = 256;
const nameLimitInBytes = 4096;

/** The sections with strings; a file may lack some. */
export interface StringSections {
  readonly strings: DebugSection | undefined;
  readonly lineStrings: DebugSection | undefined;
  readonly offsets: DebugSection | undefined;
}

/** The names of entries, wherever their forms place them. */
export class DebugStrings {
  /** All of .debug_str: names are compared in it. */
  readonly bytes: Uint8Array;
  readonly #sections: StringSections;
  readonly #byteOrder: ByteOrder;

  constructor(sections: StringSections, byteOrder: ByteOrder) {
    this.#sections = sections;
    this.#byteOrder = byteOrder;
    const { strings } = sections;
    this.bytes = strings?.read(0, strings.sizeInBytes) ?? new Uint8Array(0);
  }

  /** The offset in .debug_str of a name, or undefined where it does not lie there. */
  offsetOf(value: FormValue | undefined, unit: UnitHeader, base: number): number | undefined {
    if (value?.kind === 'string') {
      return value.at;
    }
    const { offsets } = this.#sections;
    if (value?.kind !== 'index' || offsets === undefined) {
      return undefined;
    }
    const size = unit.is64 ? 8 : 4;
    const bytes = offsets.read(base + value.at * size, size);
    return new ByteCursor(bytes, this.#byteOrder, offsets.name).offset(unit.is64);
  }

  /** The name of an entry; undefined where it has none. */
  textOf(value: FormValue | undefined, unit: UnitHeader, base: number): string | undefined {
    if (value?.kind === 'text') {
      return value.text;
    }
    if (value?.kind === 'line') {
      return this.#lineText(value.at);
    }
    const offset = this.offsetOf(value, unit, base);
    return offset === undefined ? undefined : this.textAt(offset);
  }

  textAt(offset: number): string {
    return textIn(this.bytes.subarray(offset, offset + nameLimitInBytes));
  }

  #lineText(offset: number): string | undefined {
    const { lineStrings } = this.#sections;
    if (lineStrings === undefined) {
      return undefined;
    }
    const length = Math.min(stepInBytes, Math.max(0, lineStrings.sizeInBytes - offset));
    return textIn(lineStrings.read(offset, length));
  }
}

function textIn(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return latin1Text(end < 0 ? bytes : bytes.subarray(0, end));
}
