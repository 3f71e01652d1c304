import { type Dump, type Kernel, printable, type Task } from '@vmcorekit/core';
import { type DriveOptions, drive } from '@vmcorekit/engine';
import { readTasks, runningCpusOf } from '@vmcorekit/linux';
import { symbolText } from '@vmcorekit/report';
import type { CpuEntry } from '../../protocol/dump-calls.ts';

/** The CPUs as the file has them. With a kernel, also what each runs, and names for addresses. */
export async function cpusOf(
  dump: Dump,
  kernel: Kernel | null,
  work: DriveOptions,
): Promise<CpuEntry[]> {
  const running = kernel === null ? [] : runningCpusOf(kernel);
  const tasks = kernel === null ? [] : await tasksOf(kernel, work);
  return dump.cpus.map(({ index, pid, from, registers }) => {
    const found = running.find(({ cpu }) => cpu?.index === index);
    const task = tasks.find(({ address }) => address === found?.task);
    return {
      index,
      pid,
      from,
      number: found?.number ?? null,
      task: task === undefined ? null : { pid: task.pid, name: printable(task.comm) },
      registers: [...registers].map(([name, value]) => ({
        name,
        value,
        symbol: kernel === null ? null : symbolAt(kernel, value),
      })),
    };
  });
}

async function tasksOf(kernel: Kernel, work: DriveOptions): Promise<readonly Task[]> {
  const list = await drive(readTasks(kernel), work, 'reading tasks');
  return typeof list === 'string' ? [] : list.tasks;
}

/** The place in the image or above it; below lie symbols that are offsets of per-CPU data. */
function symbolAt({ located, symbols }: Kernel, value: bigint): string | null {
  const { textVirtualAddress } = located;
  const symbol = symbols.at(value);
  return symbol === undefined || textVirtualAddress === null || symbol.address < textVirtualAddress
    ? null
    : symbolText(symbol, value - symbol.address);
}
