import { type ByteSource, latin1UntilNul, type SymbolTable } from '@vmcorekit/core';
import type { ElfHeader } from '../elf-header.ts';
import { btfOf, buildIdOf } from './identity.ts';
import type { Section } from './section-headers.ts';

const stepInBytes = 0x10000;
const bannerLimitInBytes = 1024;
const start = 'Linux version ';
/**
 * `Linux version RELEASE (WHO) (COMPILER) #NUMBER …`. Linux 6.1 and later hold a second one, whose
 * number is not filled in. Source: Linux, init/version.c and init/version-timestamp.c.
 */
const banner = /^Linux version \d\S* \([^\n]*\) #\d+ [^\n]*(?=\n)/;

/**
 * The types and the identity of a kernel without a symbol table: what a bzImage holds, and what
 * `extract-vmlinux` makes of it. Undefined where it holds no types, or nothing to prove whose they
 * are.
 */
export function strippedKernel(
  source: ByteSource,
  sections: readonly Section[],
  { byteOrder }: ElfHeader,
  from: string,
): SymbolTable | undefined {
  const btf = btfOf(source, sections);
  const buildId = buildIdOf(source, sections, byteOrder);
  const text = bannerIn(source, sections);
  return btf === undefined || (buildId === undefined && text === undefined)
    ? undefined
    : {
        from,
        addresses: 'link',
        size: 0,
        find: () => undefined,
        at: () => undefined,
        *[Symbol.iterator]() {},
        btf,
        ...(buildId === undefined ? {} : { buildId }),
        ...(text === undefined ? {} : { banner: text }),
      };
}

/**
 * The only banner in the read-only data, without its line end: no symbol says where it lies.
 * Undefined where there are several different ones.
 */
function bannerIn(source: ByteSource, sections: readonly Section[]): string | undefined {
  const all = new Set<string>();
  const rodata = sections.find(({ name }) => name === '.rodata');
  const end = Math.min(
    source.sizeInBytes,
    (rodata?.sh_offset ?? 0) + (rodata?.fileSizeInBytes ?? 0),
  );
  const bytes = new Uint8Array(stepInBytes + bannerLimitInBytes);
  for (let at = rodata?.sh_offset ?? 0; at < end; at += stepInBytes) {
    const part = bytes.subarray(0, Math.min(bytes.length, end - at));
    part.fill(0, source.readInto(at, part));
    for (let index = part.indexOf(0x4c); index >= 0; index = part.indexOf(0x4c, index + 1)) {
      if (index < stepInBytes && isStartAt(part, index)) {
        const text = latin1UntilNul(part.subarray(index, index + bannerLimitInBytes));
        const [found] = banner.exec(text) ?? [];
        if (found !== undefined) {
          all.add(found);
        }
      }
    }
  }
  const [only] = all;
  return all.size === 1 ? only : undefined;
}

function isStartAt(bytes: Uint8Array, index: number): boolean {
  for (let at = 0; at < start.length; at++) {
    if (bytes[index + at] !== start.charCodeAt(at)) {
      return false;
    }
  }
  return true;
}
