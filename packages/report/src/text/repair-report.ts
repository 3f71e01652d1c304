import { type Dump, type FileChange, hex, printable } from '@vmcorekit/core';
import { ramEndBelowRom, romFilter } from '@vmcorekit/format-kdump';
import type { VmcoreInfoFrom } from '@vmcorekit/linux';
import { addressJson } from '../json/address-json.ts';
import { dumpJson } from '../json/dump-json.ts';
import type { Json } from '../json/json-line.ts';
import { facts } from '../output/facts.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { section } from '../report/section.ts';
import type { RepairPlan } from './plan-repair.ts';

const sources: Readonly<Record<VmcoreInfoFrom, string>> = {
  file: "the file's own",
  memory: "the kernel's own, by its pointer in memory",
  search: "the kernel's own, found by a search of memory",
  synthesised: 'put together from what was found, for memory holds none: readers may miss the layout of structures',
};

/** Shown in its own way. */
const shownApart: ReadonlySet<string> = new Set(['phys_base', 'timestamp_sec']);

/** What a dump should say, for people. */
export function planLines({ confidence, description, header }: RepairPlan, style: Style): string[] {
  if (description === null) {
    return facts([['phys_base', 'not known (the marker ~0)']], style);
  }
  const { kernel, vmcoreinfo } = description;
  const seconds = header.get('timestamp_sec');
  return facts(
    [
      ['verdict', confidence ?? ''],
      ['phys_base', hex(kernel.physBase)],
      ['KASLR offset', kernel.kaslrOffset === null ? 'not proved' : hex(kernel.kaslrOffset)],
      ...utsnameIn(header).map(([name, value]): [string, string] => [name, printable(value)]),
      ...(seconds === undefined ? [] : [['timestamp', new Date(Number(seconds) * 1000).toISOString()] as const]),
      ['VMCOREINFO', `${vmcoreinfo.text.length} bytes, ${sources[vmcoreinfo.from]}`],
    ],
    style,
  );
}

/** What makedumpfile needs besides, of a KDUMP file that holds the firmware's ROM. */
export function romLines({ image }: Dump, kind: string, excluded: readonly string[] | undefined): string[] {
  return kind === 'elf' || excluded?.includes(romFilter.name) === true || ramEndBelowRom(image.memory) === null
    ? []
    : ["  makedumpfile filters this file only without the firmware's ROM: repair it with --exclude rom"];
}

function utsnameIn(header: RepairPlan['header']): [string, string][] {
  return [...header].filter(([name]) => !shownApart.has(name)).map(([name, value]) => [name, String(value)]);
}

/** The exact bytes of a repair in place, long ones cut. */
export function changeLines(changes: readonly FileChange[], style: Style): string[] {
  const rows = changes.map(({ fileOffset, what, before, after }) => [hex(fileOffset), what, bytesText(before), bytesText(after)]);
  return section(
    'Changes',
    table(
      [{ title: 'file offset', isRightAligned: true }, { title: 'what' }, { title: 'before' }, { title: 'after' }],
      rows,
      style,
    ),
    style,
  );
}

const shownBytes = 16;

function bytesText(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, shownBytes)).toString('hex');
  return bytes.length === 0
    ? 'end of file'
    : bytes.length <= shownBytes
      ? shown
      : `${shown}… (${bytes.length} bytes; --json shows all)`;
}

/** The part of the answer of `repair` that is the same for new files and for changed ones. docs/json.md describes it. */
export function planJson(dump: Dump, { confidence, description, header }: RepairPlan): { readonly [key: string]: Json } {
  const seconds = header.get('timestamp_sec');
  return {
    ...dumpJson(dump),
    confidence,
    physBase: description?.kernel.physBase ?? null,
    kaslrOffset: description?.kernel.kaslrOffset ?? null,
    textVirtualAddress: addressJson(description?.kernel.textVirtualAddress ?? null),
    utsname: Object.fromEntries(utsnameIn(header)),
    timestamp: seconds === undefined ? null : Number(seconds),
    vmcoreinfo: description === null ? null : { from: description.vmcoreinfo.from, text: description.vmcoreinfo.text },
  };
}

export function changesJson(changes: readonly FileChange[]): Json {
  return changes.map(({ fileOffset, what, before, after }) => ({
    fileOffset,
    what,
    before: Buffer.from(before).toString('hex'),
    after: Buffer.from(after).toString('hex'),
  }));
}
