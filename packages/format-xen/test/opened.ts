import { plugin as architectures } from '@vmcorekit/architectures';
import {
  ArchitectureTable,
  type ByteSource,
  type DumpImage,
  isVmcorekitError,
} from '@vmcorekit/core';
import { XenCoreFormat, XenSaveFormat } from '@vmcorekit/format-xen';
import { openContext, openFormat } from '@vmcorekit/testing';

export const page = 4096;
export const table: ArchitectureTable = new ArchitectureTable(architectures.architectures ?? []);

/** A page that no other has. */
export function pageOf(seed: number): Uint8Array {
  return Uint8Array.from({ length: page }, (_, index) => (seed * 37 + index * (seed | 1)) & 0xff);
}

export function openCore(file: Uint8Array | ByteSource): Promise<DumpImage> {
  return openFormat(new XenCoreFormat(), [file], openContext({ architectures: table }));
}

export function openSave(file: Uint8Array | ByteSource): Promise<DumpImage> {
  return openFormat(new XenSaveFormat(), [file], openContext({ architectures: table }));
}

/** The error's code and message; null where it opens. */
export async function failureOf(opening: Promise<DumpImage>): Promise<string | null> {
  try {
    (await opening)[Symbol.dispose]();
    return null;
  } catch (error) {
    if (isVmcorekitError(error)) {
      return `${error.code}: ${error.message}`;
    }
    throw error;
  }
}

export function cpusOf(image: DumpImage): readonly ReadonlyMap<string, bigint>[] {
  return (image.cpus?.(table.named(image.architecture) ?? null) ?? []).map(
    ({ registers }) => registers,
  );
}

/** The first byte of each page; its state where it cannot be read. */
export function firstBytes(image: DumpImage, pages: readonly number[]): (number | string)[] {
  return pages.map((number) => {
    const state = image.memory.pageState(number);
    return state === 'stored' ? (image.memory.read(number * page, 1)[0] ?? -1) : state;
  });
}
