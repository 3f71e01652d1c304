import { isVmcorekitError, VmcorekitError } from '../errors.ts';
import { nearestName } from '../nearest-name.ts';
import { printable } from '../text.ts';
import type { StructType, ValueType } from '../types.ts';

const maxNamed = 5;

/** A member that a structure has not, with the names that a mistyped one may mean. */
export function unknownMember(struct: StructType, text: string, name: string): VmcorekitError {
  const names = (struct.members?.() ?? []).map((member) => member.name).filter((each) => each);
  return new VmcorekitError('unknown-name', {
    kind: `member of ${printable(text)}`,
    name: printable(name),
    known: namesLike(name, names).map(printable),
  });
}

/** Says of memory that cannot be read which object lies there. */
export function namingWhatIsUnreadable<Result>(name: string, look: () => Result): Result {
  try {
    return look();
  } catch (error) {
    const because = (reason: string) => `${reason}, so ${name} cannot be read`;
    if (isVmcorekitError(error, 'not-mapped')) {
      const facts = { ...error.facts, because: because(error.facts.because) };
      throw new VmcorekitError('not-mapped', facts, { cause: error });
    }
    if (isVmcorekitError(error, 'page-unreadable')) {
      const facts = { ...error.facts, because: because(error.facts.because) };
      throw new VmcorekitError('page-unreadable', facts, { cause: error });
    }
    throw error;
  }
}

/** How what has several values is read. */
export function adviceFor(type: ValueType | null): string {
  switch (type?.kind) {
    case 'array':
      return '; at("[0]") has an element';
    case 'struct':
    case 'union':
      return '; at() has a member';
    default:
      return '';
  }
}

/** The nearest names first; where none is near, the first of all. */
function namesLike(given: string, names: readonly string[]): readonly string[] {
  const left = new Set(names);
  const near: string[] = [];
  while (near.length < maxNamed) {
    const found = nearestName(given, left);
    if (found === undefined) {
      break;
    }
    near.push(found);
    left.delete(found);
  }
  return near.length > 0 ? near : names.slice(0, maxNamed);
}
