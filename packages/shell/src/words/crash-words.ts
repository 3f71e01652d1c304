// Imports much: it is the table of the words.
import { btop, ptob, ptov, vtop } from './address-words.ts';
import { dis } from './code-words.ts';
import { foreachWord } from './foreach.ts';
import { list, tree } from './list-words.ts';
import { kmem, search, swap } from './memory-words.ts';
import { ascii, evaluate } from './number-words.ts';
import { rd } from './read-memory.ts';
import { sig } from './signal-words.ts';
import { dev, irq, log, mach, mod, mount, net, runq, sys, timer } from './system-words.ts';
import { bt, files, ps, set, task, vm } from './task-words.ts';
import { printWord, pte, structWord, sym, whatis } from './type-words.ts';
import { waitq } from './wait-queue.ts';
import { type CrashWord, refusedWord } from './word.ts';

/** The words of crash, one a line, so that two additions do not meet. */
export const crashWords: readonly CrashWord[] = [
  ascii,
  bt,
  btop,
  dev,
  dis,
  evaluate,
  files,
  foreachWord(() => byName),
  irq,
  kmem,
  list,
  log,
  mach,
  mod,
  mount,
  net,
  printWord('p'),
  printWord('px'),
  printWord('pd'),
  ps,
  pte,
  ptob,
  ptov,
  rd,
  runq,
  search,
  set,
  sig,
  structWord('struct'),
  structWord('union'),
  structWord('*'),
  swap,
  sym,
  sys,
  task,
  timer,
  tree,
  vm,
  vtop,
  waitq,
  whatis,
  refusedWord('wr', 'write memory', 'a live debugger: a dump is never written'),
  refusedWord('alias', 'name a command', 'a JavaScript function: const a = () => sym("schedule")'),
  refusedWord(
    'repeat',
    'run a command again and again',
    'the command itself: a dump does not change',
  ),
  refusedWord('gdb', 'run a command of gdb', "gdb itself: 'vmcorekit gdbserver DUMP'"),
  refusedWord(
    'extend',
    'load an extension',
    'a plug-in of vmcorekit: see docs/writing-a-plugin.md',
  ),
  refusedWord('fuser', 'who uses a file', "'files | grep PATH'"),
  refusedWord('ipcs', 'show System V IPC', "'list' on the IDR of a namespace"),
  refusedWord('sbitmapq', 'show an sbitmap_queue', "'struct sbitmap_queue ADDRESS'"),
];

const byName: ReadonlyMap<string, CrashWord> = new Map(crashWords.map((word) => [word.name, word]));
