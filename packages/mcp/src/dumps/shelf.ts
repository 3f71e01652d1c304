import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { VmcorekitError } from '@vmcorekit/core';
import type { Configured } from 'vmcorekit/configured';
import { Turns } from '../running/turns.ts';
import { ShelvedDump } from './shelved-dump.ts';

/** One thread does all work, and each search for a kernel needs memory for its caches. */
const dumpsAtOnce = 2;

/** The dumps of the command line. A client names them; it never gives a path to open. */
export class Shelf {
  readonly dumps: readonly ShelvedDump[];

  constructor(operands: readonly string[], configured: Configured, symbols: readonly string[]) {
    const turns = new Turns('this server', dumpsAtOnce);
    this.dumps = operands.map(
      (operand, index) =>
        new ShelvedDump({
          id: `dump-${index + 1}`,
          name: basename(operand),
          paths: pathsOf(operand),
          configured,
          symbols,
          turns,
        }),
    );
  }

  /** By its id or its name; the only one if none is named. Throws `unknown-name` and `usage`. */
  named(name: string | undefined): ShelvedDump {
    const [first, second] = this.dumps;
    if (name === undefined && first !== undefined && second === undefined) {
      return first;
    }
    const known = this.dumps.map(({ id }) => id);
    if (name === undefined) {
      throw new VmcorekitError('usage', { what: 'dump', got: '', allowed: known.join(', ') });
    }
    const found =
      this.dumps.find(({ id }) => id === name) ?? this.dumps.find((each) => each.name === name);
    if (found === undefined) {
      throw new VmcorekitError('unknown-name', { kind: 'dump', name, known });
    }
    return found;
  }

  close(): void {
    for (const dump of this.dumps) {
      dump.close();
    }
  }
}

/** Files with commas between them are one dump, as on the command line of `vmcorekit`. */
function pathsOf(operand: string): readonly string[] {
  const isOne = operand.includes('@') || existsSync(operand);
  return isOne ? [operand] : operand.split(',').filter((path) => path !== '');
}
