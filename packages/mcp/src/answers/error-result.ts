import { firstLine, isVmcorekitError, type VmcorekitError } from '@vmcorekit/core';
import { describeError } from '@vmcorekit/report';
import { dumpText } from './dump-text.ts';
import { framed, type ToolResult } from './envelope.ts';

/** What a caller can do after an error, by its code; the sentence itself says it for others. */
const advice: Readonly<Partial<Record<VmcorekitError['code'], string>>> = {
  usage: 'Correct the argument and call again.',
  'unknown-name': 'Use one of the known names.',
  io: 'Say that the file cannot be read; another call does not help.',
  'no-kernel':
    'Call probe for what was tried. find, and read_memory with space "physical", need no kernel.',
  'unknown-format': 'Say that this file is no dump; another tool does not help.',
  unsupported: 'Say what the sentence advises; another tool does not help.',
  truncated: 'Say that the file is cut or damaged.',
  malformed: 'Say that the file is damaged.',
  'choose-entry': 'The user must name the entry on the command line of this server.',
  'not-mapped': 'Try another address, or the page tables of a process with pid.',
  'page-unreadable': 'The dump does not hold this memory; try another address.',
  'timed-out': 'Ask for less, or call again.',
  'plugin-failed': 'Use another tool; the plug-in itself failed.',
};

/** Of a sentence, at each of its ends: an argument that it quotes may be as long as any. */
const maxEndLength = 1000;

/** A failure as the result of a tool: our sentence, and what to do. */
export function errorResult(tool: string, error: unknown): ToolResult {
  const { code, message } = isVmcorekitError(error)
    ? describeError(error)
    : { code: 'internal', message: `internal error: ${firstLine(String(error))}` };
  const what = (advice as Readonly<Record<string, string>>)[code] ?? 'Use another tool.';
  return {
    content: [
      {
        type: 'text',
        text: framed(`${tool} failed (${code})`, [dumpText(withoutMiddle(message))], what),
      },
    ],
    isError: true,
  };
}

/** The start of a sentence says what failed, and its end what is allowed. */
function withoutMiddle(sentence: string): string {
  const lost = sentence.length - 2 * maxEndLength;
  return lost <= 0
    ? sentence
    : `${sentence.slice(0, maxEndLength)}… (${lost} characters) …${sentence.slice(-maxEndLength)}`;
}
