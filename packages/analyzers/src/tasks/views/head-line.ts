import { hex, printable } from '@vmcorekit/core';

/** What a line above a task's block says of it. */
export interface HeadFacts {
  readonly pid: number;
  readonly address: string | bigint;
  readonly cpu: number | null;
  readonly comm: string;
}

/** The line that crash prints for a task in its views. */
export function headLine(task: HeadFacts): string {
  const { pid, cpu, comm } = task;
  return (
    `PID: ${String(pid).padEnd(7)}  TASK: ${digitsOf(task)}  CPU: ${String(cpu ?? '–').padEnd(3)}  ` +
    `COMMAND: "${printable(comm)}"`
  );
}

export function digitsOf({ address }: HeadFacts): string {
  return (typeof address === 'string' ? address : hex(address)).slice(2);
}
