import { RawFormat } from '@vmcorekit/format-raw';
import { buildFirmwareMap, firmwareMapOfPc, openFormat, ZerosSource } from '@vmcorekit/testing';
import { exploreImage } from '../explore-image.ts';
import { type FuzzTarget, must } from '../target.ts';

const format = new RawFormat();
const mib = 2 ** 20;
const gib = 2 ** 30;
const mapAt = 0x9_edb4;

/** Four bytes say how many MiB the file has; the rest lies where firmware has its list. */
function fileOf(bytes: Uint8Array): ZerosSource {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizeInMib = bytes.length < 4 ? 0 : view.getUint32(0, true) % (2 ** 20 + 1);
  return new ZerosSource(sizeInMib * mib, [{ offset: mapAt, bytes: bytes.subarray(4) }]);
}

function seedOf(sizeInBytes: number, map: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + map.length);
  new DataView(bytes.buffer).setUint32(0, sizeInBytes / mib, true);
  bytes.set(map, 4);
  return bytes;
}

export const raw: FuzzTarget = {
  name: 'raw',
  summary: 'raw memory with a list of the firmware',
  seeds: () => [
    seedOf(4 * gib, buildFirmwareMap(firmwareMapOfPc(3 * gib, gib))),
    seedOf(5 * gib, buildFirmwareMap(firmwareMapOfPc(3 * gib, gib))),
    seedOf(256 * mib, buildFirmwareMap(firmwareMapOfPc(256 * mib, 0))),
    seedOf(16 * mib, new Uint8Array(0)),
  ],
  async run(bytes) {
    const file = fileOf(bytes);
    using image = await openFormat(format, [file]);
    const words = [exploreImage(image)];
    for (const { memoryLayout, byteOrder } of image.possibleLayouts ?? []) {
      let fileOffset = 0;
      let end = 0;
      for (const each of memoryLayout?.placed ?? []) {
        must(each.fileOffset === fileOffset, 'each byte of the file is placed once');
        must(each.address >= end && each.lengthInBytes > 0, 'places ascend and do not overlap');
        fileOffset += each.lengthInBytes;
        end = each.address + each.lengthInBytes;
      }
      must(fileOffset === file.sizeInBytes, 'the whole file is placed');
      words.push(`${memoryLayout?.basis} ${memoryLayout?.placed.length} ${byteOrder}`);
    }
    return words.join(' ');
  },
};
