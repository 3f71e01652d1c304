import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { isUrl, shownName, VmcorekitError } from '@vmcorekit/core';
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
          name: basename(shownName(operand)),
          paths: pathsOf(operand),
          configured,
          symbols,
          turns,
        }),
    );
  }

  /**
   * By its id, or by its name if no other has it; the only one if none is named. Throws
   * `unknown-name`, and `usage` for a name that several have.
   */
  named(name: string | undefined): ShelvedDump {
    const [first, second] = this.dumps;
    if (name === undefined && first !== undefined && second === undefined) {
      return first;
    }
    const known = this.dumps.map(({ id }) => id);
    if (name === undefined) {
      throw new VmcorekitError('usage', { what: 'dump', got: '', allowed: known.join(', ') });
    }
    const withId = this.dumps.filter(({ id }) => id === name);
    const meant = withId.length > 0 ? withId : this.dumps.filter((each) => each.name === name);
    const [found, other] = meant;
    if (other !== undefined) {
      const allowed = `one id of those that have this name: ${meant.map(({ id }) => id).join(', ')}`;
      throw new VmcorekitError('usage', { what: 'dump', got: name, allowed });
    }
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
  const isOne = operand.includes('@') || isUrl(operand) || existsSync(operand);
  return isOne ? [operand] : operand.split(',').filter((path) => path !== '');
}
