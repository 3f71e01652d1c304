import { encodeNotes } from '@vmcorekit/core';
import { buildElf } from '../elf/build-elf.ts';

/** A page of a domain. Without a frame it is of a domain whose tables hold its own numbers. */
export interface XenCorePage {
  readonly pfn: number | bigint;
  readonly gmfn?: number | bigint;
  readonly bytes: Uint8Array;
}

/** What `xl dump-core` writes, by the names of Xen's `docs/misc/dump-core-format.txt`. */
export interface XenCoreSpec {
  readonly pages: readonly XenCorePage[];
  /** A PV domain, with `.xen_p2m`. Default: true. */
  readonly isParavirtual?: boolean;
  /** `vcpu_guest_context` of each CPU. */
  readonly prstatus?: readonly Uint8Array[];
  readonly xch_magic?: bigint;
  readonly xch_nr_vcpus?: number | bigint;
  readonly xch_nr_pages?: number | bigint;
  readonly xch_page_size?: number | bigint;
  /** Sections to leave out. */
  readonly without?: readonly string[];
}

/** Builds a core. The names of its sections lie at its end, as Xen's do. */
export function buildXenCore(spec: XenCoreSpec): Uint8Array {
  const { pages, isParavirtual = true, prstatus = [], without = [] } = spec;
  const header = words(
    spec.xch_magic ?? (isParavirtual ? 0xf00febedn : 0xf00febeen),
    spec.xch_nr_vcpus ?? prstatus.length,
    spec.xch_nr_pages ?? pages.length,
    spec.xch_page_size ?? 4096,
  );
  const note = (type: number, descriptor: Uint8Array) => ({ name: 'Xen', type, descriptor });
  const notes = encodeNotes(
    [
      note(0x2000000, new Uint8Array(0)),
      note(0x2000001, header),
      note(0x2000002, words(4, 17)),
      note(0x2000003, words(1)),
    ],
    'little',
  );
  const list = pages.map(({ pfn, gmfn }) => (isParavirtual ? words(pfn, gmfn ?? pfn) : words(pfn)));
  const sections = [
    { name: '.note.Xen', sh_type: 7, data: notes },
    {
      name: '.xen_prstatus',
      sh_type: 1,
      sh_entsize: prstatus[0]?.length ?? 5168,
      data: joined(prstatus),
    },
    {
      name: '.xen_shared_info',
      sh_type: 1,
      sh_entsize: 4096,
      sh_addralign: 8,
      data: new Uint8Array(isParavirtual ? 4096 : 0),
    },
    {
      name: '.xen_pages',
      sh_type: 1,
      sh_entsize: 4096,
      sh_addralign: 4096,
      data: joined(pages.map(({ bytes }) => bytes)),
    },
    {
      name: isParavirtual ? '.xen_p2m' : '.xen_pfn',
      sh_type: 1,
      sh_entsize: isParavirtual ? 16 : 8,
      data: joined(list),
    },
  ];
  return buildElf({
    segments: [],
    sections: sections.filter(({ name }) => !without.includes(name)),
    sectionHeadersAt: 64,
    fields: { e_machine: 62 },
  }).bytes;
}

function words(...values: readonly (number | bigint)[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values.map(BigInt)).buffer);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
