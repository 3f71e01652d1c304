import { latin1Bytes, utf8Text } from '@vmcorekit/core';
import { isInZeroPage } from '../zero-page.ts';
import { type Fact, notProved, proved } from './fact.ts';
import { readVariable, type Variables } from './read-variable.ts';

/**
 * Longer than any: COMMAND_LINE_SIZE is 4096 at the most, and a boot configuration adds 32 KiB at
 * the most (XBC_DATA_MAX). Source: Linux, asm/setup.h, include/linux/bootconfig.h.
 */
const limitInBytes = 64 * 1024;
/** No boot loader passes these, but for tabs and ends of lines. */
const control = /[^\P{Cc}\t\n\r]/u;

/**
 * What the kernel was started with, as /proc/cmdline prints it. Source: Linux, init/main.c
 * (`saved_command_line`, a pointer since 2.6.21).
 */
export function commandLineOf(kernel: Variables): Fact<string> {
  const { memory } = kernel;
  return readVariable(kernel, ['saved_command_line'], (variable, name): Fact<string> => {
    const address = memory.readPointer(variable);
    if (address === 0n) {
      return notProved(`${name} is not set`);
    }
    // One character a byte.
    const text = memory.readString(address, limitInBytes);
    if (text === '' && isInZeroPage(memory, address)) {
      return notProved(`${name} points into a page of zeros, as one that was wiped`);
    }
    if (text.length >= limitInBytes) {
      return notProved(`what ${name} points to has no end`);
    }
    const line = utf8Text(latin1Bytes(text));
    return control.test(line)
      ? notProved(`what ${name} points to is no text`)
      : proved(line.trimEnd(), name);
  });
}
