import type { HeaderHint, ImageFacts, Place, Stated } from '@vmcorekit/core';
import { placesOf } from './field-sign.ts';
import { fieldNumber, type KdumpHeader } from './header/header.ts';
import { compressionFlags } from './header/layout.ts';
import { originSigns } from './origin-signs.ts';

/** What the two headers of a file say. `vmcoreinfo` is the file's own text. */
export function imageFacts(header: KdumpHeader, vmcoreinfo: string | null): ImageFacts {
  const physBase = physBaseHint(header);
  const pointer = fieldNumber(header.fields, 'offset_vmcoreinfo');
  const vmcoreinfoAt: Place | undefined =
    pointer === 0 ? undefined : { fileOffset: pointer, note: 'offset_vmcoreinfo' };
  return {
    ...statedFacts(header),
    hints: [physBase],
    compression:
      compressionFlags.find(({ flag }) => (header.status & flag) !== 0)?.method ?? 'none',
    ...(vmcoreinfoAt === undefined ? {} : { vmcoreinfoAt }),
    origins: originSigns(header, vmcoreinfo, physBase.isUnknownMarker),
  };
}

/** What the first header states: the kernel's names, and when it was dumped. */
export function statedFacts(
  header: KdumpHeader,
): Pick<ImageFacts, 'utsname' | 'timestampInSeconds'> {
  const text = (name: string): Stated<string> => ({
    value: String(header.fields.get(name) ?? ''),
    at: placesOf(header, name),
  });
  return {
    utsname: {
      sysname: text('sysname'),
      nodename: text('nodename'),
      release: text('release'),
      version: text('version'),
      machine: text('machine'),
      domainname: text('domainname'),
    },
    timestampInSeconds: {
      value: fieldNumber(header.fields, 'timestamp_sec'),
      at: placesOf(header, 'timestamp_sec'),
    },
  };
}

/** Tools that know the marker ~0 read it as "not known". */
function physBaseHint(header: KdumpHeader): HeaderHint {
  const stated = BigInt(header.fields.get('phys_base') ?? 0);
  const value = BigInt.asIntN(header.flavour.wordSizeInBits, stated);
  return {
    kind: 'physBase',
    value,
    isUnknownMarker: value === -1n,
    at: placesOf(header, 'phys_base'),
  };
}
