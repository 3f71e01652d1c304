import { availableParallelism, cpus, totalmem } from 'node:os';

/** What the times depend on, without the machine's name. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryInGib: number;
  readonly node: string;
}

export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryInGib: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
  };
}
