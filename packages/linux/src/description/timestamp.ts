import type { KernelView, VmcoreInfo } from '@vmcorekit/core';
import { timekeeperOf } from './timekeeper.ts';

/**
 * The wall clock of a located kernel when its memory was captured, in seconds since 1970, from its
 * timekeeper. Else the time of its crash, from VMCOREINFO. Null where neither gives one.
 */
export function timestampOf(view: KernelView | null, vmcoreInfo: VmcoreInfo): number | null {
  const timekeeper = view === null ? undefined : timekeeperOf(view);
  return timekeeper?.wallClockInSeconds ?? crashTimeOf(vmcoreInfo) ?? null;
}

/** The end of the year 9999. */
export const lastSecond = 253_402_300_799;

/** When a kernel crashed, in seconds since 1970; undefined where VMCOREINFO does not say. */
export function crashTimeOf(vmcoreInfo: VmcoreInfo): number | undefined {
  const crashed = vmcoreInfo.crashTime ?? '';
  return /^[0-9]{1,12}$/.test(crashed) && Number(crashed) <= lastSecond
    ? Number(crashed)
    : undefined;
}
