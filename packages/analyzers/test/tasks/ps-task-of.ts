import type { PsTask } from '@vmcorekit/analyzers';

/** A task of `ps` with what a test states. */
export function psTaskOf({ pid = 1, ...fields }: Partial<PsTask>): PsTask {
  return {
    address: '0xffff888000001000',
    pid,
    tgid: pid,
    ppid: 0,
    comm: `task${pid}`,
    state: 'S',
    cpu: 0,
    onCpu: false,
    isIdle: false,
    kernelThread: false,
    threads: 1,
    uid: 0,
    gid: 0,
    euid: 0,
    egid: 0,
    virtualSizeInBytes: 4096,
    residentSizeInBytes: 4096,
    startTimeInNanoseconds: 0,
    userTimeInNanoseconds: 0,
    systemTimeInNanoseconds: 0,
    priority: 120,
    nice: 0,
    policy: 'normal',
    voluntarySwitches: 0,
    involuntarySwitches: 0,
    minorFaults: 0,
    majorFaults: 0,
    seenBy: ['tasks'],
    doubts: [],
    ...fields,
  };
}
