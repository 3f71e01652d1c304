import { fileURLToPath } from 'node:url';
import { inspect, types } from 'node:util';
import { isVmcorekitError, type KernelObject, printable } from '@vmcorekit/core';
import { UsageError } from '../arguments/usage-error.ts';

/** Numbers from here on are shown in hexadecimal: they may be addresses. */
const leastHexDigits = 5;
/** Quoted text, or a large bigint outside of it. */
const quotedOrBigint = new RegExp(
  String.raw`'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|` +
    '`(?:\\\\.|[^`\\\\])*`' +
    String.raw`|(?<![\w.$])(-?)(\d{${leastHexDigits},})n\b`,
  'g',
);

const ownFolder = fileURLToPath(new URL('../..', import.meta.url));
/** Frames that no user wrote, in the stack of an error: of Node, and of what has no file. */
const foreignFrame = /\bnode:|\bdata:|<anonymous>/;
const hint = 'A line that begins with no command is JavaScript; help lists the commands.';

/**
 * A value of JavaScript as text for a terminal. Large bigints are hexadecimal. No character of it
 * controls the terminal: values come from the dump, and from errors that quote it.
 */
export function shown(value: unknown, columns: number): string {
  return safe(inspected(value, columns).replace(quotedOrBigint, inHex));
}

/** A kernel's object: its type and name, its address, and its value. */
export function shownObject(object: KernelObject): string {
  const head = `${object.type.text} ${object.name} @ 0x${object.address.toString(16)}`;
  try {
    return safe(`${head} = ${inspect(object.toJSON(), { depth: 1, maxArrayLength: 64 })}`);
  } catch (error) {
    return safe(`${head}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function inspected(value: unknown, columns: number): string {
  try {
    // Their sentence says all; where it was thrown helps no reader of a dump.
    if (isVmcorekitError(value) || value instanceof UsageError) {
      return `${value.name}: ${value.message}`;
    }
    const options = { breakLength: columns, maxArrayLength: 200, maxStringLength: 10_000 };
    const text = inspect(value, options);
    return types.isNativeError(value) || value instanceof Error ? withoutFrames(text, value) : text;
  } catch (error) {
    return `cannot be shown: ${error instanceof Error ? error.message : 'it throws'}`;
  }
}

/** The frames of the lines that were typed, and of files that they name. */
function withoutFrames(text: string, error: Error): string {
  const rest = text.replaceAll(/\n +at .*/g, (frame) => {
    const isForeign = foreignFrame.test(frame) || frame.includes(ownFolder);
    // Members of the error follow its last frame.
    return !isForeign ? frame : frame.endsWith(' {') ? ' {' : '';
  });
  const isOfLine = error.name === 'SyntaxError' && /^shell:\d/.test(text);
  return isOfLine || error.name === 'ReferenceError' ? `${rest}\n${hint}` : rest;
}

function inHex(all: string, sign: string | undefined, digits: string | undefined): string {
  return digits === undefined ? all : `${sign}0x${BigInt(digits).toString(16)}n`;
}

function safe(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
