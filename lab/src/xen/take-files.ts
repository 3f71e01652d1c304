import { existsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { dumpFileName, recordOf } from '../dump/dump-record.ts';
import type { CpuState } from '../qemu/registers.ts';
import type { DumpRecord } from '../truth/truth.ts';
import { xenCommands, xenFileMark, xenFiles } from './dom0-script.ts';

const byXen: DumpRecord['origin'] = { capturedBy: 'xen', writtenBy: 'xen' };

/**
 * Cuts each disk to what Xen's tools wrote, by the sizes on the console. @returns a record of each.
 * @throws {Error} when dom0 did not write one.
 */
export function takeXenFiles(consoleText: string, folder: string): readonly DumpRecord[] {
  return xenFiles.map((format) => {
    const size = new RegExp(`${xenFileMark} ${format} (\\d+)`).exec(consoleText)?.[1];
    const file = dumpFileName(format);
    if (size === undefined || !existsSync(join(folder, file))) {
      throw new Error(`dom0 did not write the domain's ${format}; its words are on the console`);
    }
    truncateSync(join(folder, file), Number(size));
    const command = `${xenCommands[format]} FILE # in dom0`;
    return {
      ...recordOf(folder, [file], { format, origin: byXen, command }),
      // It is saved before it is paused, and runs on.
      ...(format === 'xen-save' ? { isOfRunningGuest: true as const } : {}),
    };
  });
}

/** Reads what `xenctx -a -C` printed of the paused domain. Its CR3 is a machine address. */
export function parseXenRegisters(consoleText: string): readonly CpuState[] {
  const [, ...sections] = consoleText.replaceAll('\r', '').split(/^vcpu\d+:$/m);
  return sections.map((section, index) => {
    const register = (name: string): string | null => {
      const digits = new RegExp(`^${name}: ([0-9a-f]{16})`, 'm').exec(section)?.[1];
      return digits === undefined ? null : `0x${BigInt(`0x${digits}`).toString(16)}`;
    };
    return {
      index,
      instructionPointer: register('rip'),
      privilegeLevel: null,
      isHalted: false,
      cr0: register('cr0'),
      cr3: register('cr3'),
      cr4: register('cr4'),
      efer: null,
      idtBase: null,
      cr13: null,
    };
  });
}
