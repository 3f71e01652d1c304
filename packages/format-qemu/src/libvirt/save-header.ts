import { type ByteSource, hasAt, readExactly, StructView, VmcorekitError } from '@vmcorekit/core';

/** The domain's XML follows, then room up to the stream. */
export const headerSizeInBytes = 92;
const versionOffset = 16;
const formatOffset = 28;
const knownVersion = 2;
/** libvirt itself reads no more. */
const maxXmlBytes: number = 32 * 1024 * 1024;

/** How libvirt packs the stream, by the number in the header. */
export const saveKinds = ['raw', 'gzip', 'bzip2', 'xz', 'lzop', 'zstd', 'sparse'] as const;
export type SaveKind = (typeof saveKinds)[number];

const magicOfWhole = 'LibvirtQemudSave';
const magicOfPart = 'LibvirtQemudPart';

export interface SaveHeader {
  readonly kind: SaveKind;
  /** True until libvirt has written all. */
  readonly isUnfinished: boolean;
  /** Where the stream begins. */
  readonly streamAt: number;
}

/**
 * Why a file is a saved domain, and how its stream is packed; undefined for any other file. The
 * kind is undefined where the header does not say: it is cut, or names a way that is not known.
 */
export function probeSave(
  head: Uint8Array,
): { readonly because: string; readonly kind: SaveKind | undefined } | undefined {
  const magic = [magicOfWhole, magicOfPart].find((each) => hasAt(head, 0, each));
  if (magic === undefined) {
    return undefined;
  }
  const kind =
    head.length < headerSizeInBytes
      ? undefined
      : kindOf(new StructView(head, byteOrderOf(head), 'libvirt save header'));
  return { because: `has '${magic}' at offset 0`, kind };
}

/**
 * Reads the header, in the byte order of the host that wrote it. Throws `truncated`, `malformed`
 * and `unsupported`. Source: libvirt, src/qemu/qemu_saveimage.h.
 */
export function readSaveHeader(source: ByteSource): SaveHeader {
  const structure = 'libvirt save header';
  const bytes = readExactly(source, 0, headerSizeInBytes, structure);
  const view = new StructView(bytes, byteOrderOf(bytes), structure);
  const version = view.uint32(versionOffset);
  const length = view.uint32(20);
  const kind = kindOf(view);
  if (version !== knownVersion) {
    throw refused(`version ${version} (at offset ${versionOffset}), not ${knownVersion}`);
  }
  if (kind === undefined) {
    const got = `${view.uint32(formatOffset)} (at offset ${formatOffset})`;
    throw refused(`image format ${got}, not from 0 to ${saveKinds.length - 1}`);
  }
  // libvirt always writes the domain's XML, and refuses a file without it.
  if (length === 0 || length > maxXmlBytes || headerSizeInBytes + length > source.sizeInBytes) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset: 20,
      field: 'data_len',
      wanted: `from 1 to ${Math.min(maxXmlBytes, source.sizeInBytes - headerSizeInBytes)}`,
      got: length,
    });
  }
  return {
    kind,
    isUnfinished: hasAt(bytes, 0, magicOfPart),
    streamAt: headerSizeInBytes + length,
  };
}

function refused(what: string): VmcorekitError<'unsupported'> {
  return new VmcorekitError('unsupported', {
    what: `a saved libvirt domain of ${what}`,
    advice: 'restore it paused (virsh restore --paused FILE), then virsh dump --memory-only',
  });
}

function kindOf(view: StructView): SaveKind | undefined {
  return saveKinds[view.uint32(formatOffset)];
}

/** The version is a small number in the host's byte order. */
function byteOrderOf(bytes: Uint8Array): 'little' | 'big' {
  return bytes[versionOffset] === 0 ? 'big' : 'little';
}
