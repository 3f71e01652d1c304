import { deflateRawSync } from 'node:zlib';
import { blockCodecs } from '@vmcorekit/compressors';
import { concatenated } from '../contents.ts';

/** What a list of entries or a header states; left out, it is true. */
interface Stated {
  readonly name?: string;
  readonly flags?: number;
  readonly method?: number;
  readonly crc32?: number;
  readonly packed?: number;
  readonly size?: number;
  readonly offset?: number;
}

export interface ZipPart {
  readonly name: string;
  readonly data: Uint8Array;
  readonly isStored?: boolean;
  readonly listed?: Stated;
  readonly local?: Stated;
  /** Made by Unix, with this mode. */
  readonly mode?: number;
}

function fixed(lengthInBytes: number, fields: Readonly<Record<number, [2 | 4, number]>>) {
  const bytes = new Uint8Array(lengthInBytes);
  const view = new DataView(bytes.buffer);
  for (const [at, [width, value]] of Object.entries(fields)) {
    if (width === 2) {
      view.setUint16(Number(at), value, true);
    } else {
      view.setUint32(Number(at), value, true);
    }
  }
  return bytes;
}

/** An archive of these files, with what its end record states. */
export function buildZip(
  parts: readonly ZipPart[],
  end: { readonly count?: number; readonly offset?: number; readonly size?: number } = {},
): Uint8Array {
  const pieces: Uint8Array[] = [];
  const list: Uint8Array[] = [];
  let at = 0;
  for (const { name, data, isStored = false, listed = {}, local = {}, mode } of parts) {
    const packed = isStored ? data : deflateRawSync(data);
    const truth = {
      name,
      flags: 0,
      method: isStored ? 0 : 8,
      crc32: blockCodecs().crc32(data),
      packed: packed.length,
      size: data.length,
      offset: at,
    };
    const [inList, inHeader] = [
      { ...truth, ...listed },
      { ...truth, ...local },
    ];
    const [listName, headerName] = [Buffer.from(inList.name), Buffer.from(inHeader.name)];
    const header = fixed(30, {
      0: [4, 0x04034b50],
      4: [2, 20],
      6: [2, inHeader.flags],
      8: [2, inHeader.method],
      14: [4, inHeader.crc32],
      18: [4, inHeader.packed],
      22: [4, inHeader.size],
      26: [2, headerName.length],
    });
    pieces.push(header, headerName, packed);
    list.push(
      fixed(46, {
        0: [4, 0x02014b50],
        4: [2, mode === undefined ? 20 : 0x314],
        8: [2, inList.flags],
        10: [2, inList.method],
        16: [4, inList.crc32],
        20: [4, inList.packed],
        24: [4, inList.size],
        28: [2, listName.length],
        38: [4, ((mode ?? 0) << 16) >>> 0],
        42: [4, inList.offset],
      }),
      listName,
    );
    at += header.length + headerName.length + packed.length;
  }
  const directory = concatenated(...list);
  return concatenated(
    ...pieces,
    directory,
    fixed(22, {
      0: [4, 0x06054b50],
      10: [2, end.count ?? parts.length],
      12: [4, end.size ?? directory.length],
      16: [4, end.offset ?? at],
    }),
  );
}
