import { type AnalyzerData, open } from 'vmcorekit';

/** What the analyzers answer about a dump; null where one has no answer. */
export interface Answers {
  readonly ps: AnalyzerData['ps'];
  readonly mod: AnalyzerData['mod'];
  readonly files: AnalyzerData['files'];
  readonly mount: AnalyzerData['mount'];
  readonly net: AnalyzerData['net'];
  readonly irq: AnalyzerData['irq'];
  readonly dev: AnalyzerData['dev'];
  readonly io: AnalyzerData['dev'];
  readonly kmem: AnalyzerData['kmem'];
  readonly bpf: AnalyzerData['bpf'];
  readonly workqueue: AnalyzerData['workqueue'];
  /** Whole seconds since boot. */
  readonly uptimeInSeconds: number | null;
  /** By the PID that was asked for. */
  readonly vm: ReadonlyMap<number, AnalyzerData['vm']>;
}

/**
 * Asks the analyzers, which the commands have their names and their JSON from. One opened dump
 * answers all, because `vm` is asked once a process.
 */
export async function readAnswers(
  file: string,
  pidsOfMemory: readonly number[],
  namesOfModules: readonly string[],
): Promise<Answers> {
  const dump = await open(file);
  try {
    const data = async <Name extends keyof AnalyzerData>(
      name: Name,
      options: Readonly<Record<string, string | boolean>> = {},
    ): Promise<AnalyzerData[Name]> => (await dump.analyze(name, { options })).data;
    const vm = new Map<number, AnalyzerData['vm']>();
    for (const pid of pidsOfMemory) {
      const answer = await data('vm', { task: String(pid) });
      if (answer === null && vm.size === 0) {
        break; // A kernel without types has no answer about any process.
      }
      vm.set(pid, answer);
    }
    return {
      ps: await data('ps', { arguments: true, details: true }),
      mod: await data('mod', { name: namesOfModules.join(' ') }),
      files: await data('files'),
      mount: await data('mount', { all: true }),
      net: await data('net'),
      irq: await data('irq'),
      dev: await data('dev'),
      io: await data('dev', { io: true }),
      kmem: await data('kmem', { swap: true }),
      bpf: await data('bpf'),
      workqueue: await data('workqueue'),
      uptimeInSeconds: (await dump.describe()).system.uptimeInSeconds.value,
      vm,
    };
  } finally {
    dump.close();
  }
}
