// Imports much: it is the list of what is compared with the answers of one opened dump.
import type { Result } from '../check/probe-output.ts';
import type { SavedProc } from '../truth/saved-proc.ts';
import type { AnsweredTask } from './answers.ts';
import { compareAreas, pidsOfMemory } from './compare-areas.ts';
import { compareBpf } from './compare-bpf.ts';
import { compareDevices } from './compare-devices.ts';
import { compareFiles } from './compare-files.ts';
import { compareInterrupts } from './compare-interrupts.ts';
import { compareModuleDetails, namesOfModules } from './compare-module-details.ts';
import { compareMounts } from './compare-mounts.ts';
import { compareNetwork } from './compare-network.ts';
import { compareProcesses } from './compare-processes.ts';
import { compareSockets } from './compare-sockets.ts';
import type { TaskTruth } from './compare-tasks.ts';
import { compareWorkers } from './compare-workers.ts';
import type { Comparison } from './difference.ts';
import { type Answers, readAnswers } from './read-answers.ts';
import { readProcesses } from './resting-processes.ts';

/** By command; `null` where the analyzer has no answer. */
export type Compared = Readonly<Record<string, Result<Comparison | null>>>;

const commands = [
  'ps -ad',
  'mod NAME',
  'files',
  'vm',
  'mount',
  'sockets',
  'net',
  'irq',
  'dev',
  'bpf',
  'workqueue',
] as const;

/** Asks the analyzers about a dump, and compares their answers with the guest's /proc. */
export async function compareAnswers(
  file: string,
  answeredTasks: readonly AnsweredTask[],
  taskTruth: TaskTruth,
  proc: SavedProc,
  hasTypes: boolean,
): Promise<Compared> {
  const processes = readProcesses(taskTruth, answeredTasks);
  let answers: Answers;
  try {
    answers = await readAnswers(file, pidsOfMemory(processes, proc), namesOfModules(proc));
  } catch (error) {
    const failure = { failure: (error as Error).message };
    return Object.fromEntries(commands.map((command) => [command, failure]));
  }
  const { ps, mod, files, mount, net, irq, dev, io, kmem, bpf, workqueue, vm } = answers;
  const { uptimeInSeconds } = answers;
  const swap = kmem?.swap;
  const hasAreas = [...vm.values()].some((answer) => answer !== null);
  const compared: Record<(typeof commands)[number], Comparison | null> = {
    'ps -ad': ps && compareProcesses(ps, processes, proc),
    'mod NAME': mod && compareModuleDetails(mod, proc, hasTypes),
    files: files && compareFiles(files, processes, proc, hasTypes),
    vm: hasAreas ? compareAreas(vm, processes, proc) : null,
    mount: mount && compareMounts(mount, proc),
    sockets: net && compareSockets(net, proc, uptimeInSeconds),
    net: net && compareNetwork(net, proc),
    irq: irq && compareInterrupts(irq, proc),
    dev: dev && io && swap ? compareDevices({ dev, io, swap }, proc) : null,
    bpf: bpf && compareBpf(bpf, proc),
    workqueue: workqueue && compareWorkers(workqueue, processes, proc),
  };
  return Object.fromEntries(
    Object.entries(compared).map(([command, output]) => [command, { output }]),
  );
}
