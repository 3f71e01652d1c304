import {
  type ByteSource,
  type HeaderHint,
  type ImageFacts,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import { infoPage, pageSizeInBytes, restoreMagics, restoreRecord } from './layout.ts';

const structure = 'hibernation header';
/** Of memory in an image: 512 GiB. */
const maxPages: number = 2 ** 27;
/** Where x86-64 maps its image. Source: Linux, Documentation/arch/x86/x86_64/mm.rst. */
const imageMap = { start: 0xffffffff80000000n, end: 0xffffffffc0000000n } as const;

/** How a kernel enters the one that hibernated. */
export interface RestoreRecord {
  readonly jump_address: bigint;
  readonly jump_address_phys: bigint;
  readonly cr3: bigint;
  readonly magic: bigint;
}

export interface InfoPage {
  readonly fileOffset: number;
  /** Undefined where it is none of x86-64. */
  readonly restore: RestoreRecord | undefined;
  /** All pages of RAM that the kernel counted. */
  readonly ramPages: number;
  /** Pages with data. */
  readonly imagePages: number;
  /** Pages of page numbers, which come before those with data. */
  readonly metadataPages: number;
}

/** Throws `truncated`, and `malformed` where the page's numbers contradict each other. */
export function readInfoPage(file: ByteSource, fileOffset: number): InfoPage {
  const bytes = readExactly(file, fileOffset, pageSizeInBytes, structure);
  const view = new StructView(bytes, 'little', structure, fileOffset);
  const pages = view.uint53(infoPage.pages, 'pages');
  const imagePages = view.uint53(infoPage.image_pages, 'image_pages');
  const size = view.uint53(infoPage.size, 'size');
  const refuse = (field: keyof typeof infoPage, wanted: string, got: number): VmcorekitError =>
    new VmcorekitError('malformed', {
      structure,
      fileOffset: fileOffset + infoPage[field],
      field,
      wanted,
      got,
    });
  if (pages < 2 || pages > maxPages) {
    throw refuse('pages', `from 2 to ${maxPages}`, pages);
  }
  if (size !== pages * pageSizeInBytes) {
    throw refuse('size', `${pages} pages of ${pageSizeInBytes} bytes`, size);
  }
  if (imagePages > pages - 2) {
    throw refuse('image_pages', `at most ${pages - 2}`, imagePages);
  }
  return {
    fileOffset,
    restore: restoreRecordOf(view),
    ramPages: Math.min(maxPages, view.uint53(infoPage.num_physpages, 'num_physpages')),
    imagePages,
    metadataPages: pages - 1 - imagePages,
  };
}

function restoreRecordOf(view: StructView): RestoreRecord | undefined {
  const magic = view.uint64(restoreRecord.magic);
  return restoreMagics.includes(magic)
    ? {
        jump_address: view.uint64(restoreRecord.jump_address),
        jump_address_phys: view.uint64(restoreRecord.jump_address_phys),
        cr3: view.uint64(restoreRecord.cr3),
        magic,
      }
    : undefined;
}

/**
 * phys_base out of the pair of addresses at which the hibernated kernel is entered. Undefined where
 * the virtual one lies in no kernel's image.
 */
export function physBaseHint({ restore, fileOffset }: InfoPage): HeaderHint | undefined {
  if (
    restore === undefined ||
    restore.jump_address < imageMap.start ||
    restore.jump_address >= imageMap.end
  ) {
    return undefined;
  }
  return {
    kind: 'physBase',
    value: restore.jump_address_phys - (restore.jump_address - imageMap.start),
    at: (['jump_address', 'jump_address_phys'] as const).map((note) => ({
      fileOffset: fileOffset + restoreRecord[note],
      note,
    })),
    isUnknownMarker: false,
    isOfKernelItself: true,
  };
}

/** CR3 of the CPU that made the image. Empty where the record is none of x86-64. */
export function copiedUnder({
  restore,
  fileOffset,
}: InfoPage): Pick<ImageFacts, 'copiedUnderRoot'> {
  return restore === undefined
    ? {}
    : {
        copiedUnderRoot: {
          value: restore.cr3,
          at: [{ fileOffset: fileOffset + restoreRecord.cr3, note: 'page-table root' }],
        },
      };
}
