import { VmcorekitError } from '../errors.ts';
import type { KernelObject } from '../kernel-object.ts';
import { hex } from '../text.ts';
import { tryRead } from '../unreadable.ts';
import { isCharacter } from './plain-type.ts';

/** Values of one object that are written out; a larger one is read by its members. */
const maxValues = 65_536;
/** Structures within structures and arrays: Linux has fewer than ten. */
const maxNesting = 32;

/** What `toJSON` returns. */
export function objectJson(object: KernelObject): unknown {
  return jsonOf(object, { left: maxValues }, maxNesting);
}

function jsonOf(object: KernelObject, budget: { left: number }, nesting: number): unknown {
  if (--budget.left < 0 || nesting === 0) {
    throw new VmcorekitError('usage', {
      what: `how much of ${object.name} is read at once`,
      got: `more than ${maxValues} values`,
      allowed: 'fewer: name its members',
    });
  }
  const { type } = object.type;
  switch (type?.kind) {
    case 'struct':
    case 'union': {
      const values: [string, unknown][] = [];
      const members = object.members();
      // Charged before they are read: each may lead to as many again.
      budget.left -= members.length;
      for (const [name, member] of members) {
        const value = jsonOf(member, budget, nesting - 1);
        if (name !== '') {
          values.push([name, value]);
        } else if (typeof value === 'object' && value !== null) {
          values.push(...Object.entries(value));
        }
      }
      return Object.fromEntries(values);
    }
    case 'array': {
      if (isCharacter(object.at('[0]').type)) {
        return tryRead(() => object.text()) ?? null;
      }
      const values: unknown[] = [];
      for (const element of object) {
        values.push(jsonOf(element, budget, nesting - 1));
      }
      return values;
    }
    case 'pointer':
      return tryRead(() => hex(object.pointer())) ?? null;
    case 'enumeration':
      return tryRead(() => object.enumName() ?? numberOrText(object.bigint())) ?? null;
    case 'integer':
      return type.isBoolean === true
        ? (tryRead(() => object.bits() !== 0n) ?? null)
        : (tryRead(() => numberOrText(object.bigint())) ?? null);
    default:
      return null;
  }
}

function numberOrText(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
