import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { runCommand } from '../run-command.ts';

/** Source: Linux, drivers/firmware/efi/libstub/zboot-header.S. */
const fields = { magic: 4, payloadOffset: 8, payloadSize: 12, compression: 24 };

/** The part of an image that unpacks itself under UEFI; undefined of any other image. */
export function zbootPayload(
  image: Buffer,
): { readonly compression: string; readonly data: Buffer } | undefined {
  if (image.toString('latin1', fields.magic, fields.magic + 4) !== 'zimg') {
    return undefined;
  }
  const offset = image.readUInt32LE(fields.payloadOffset);
  const size = image.readUInt32LE(fields.payloadSize);
  const end = image.indexOf(0, fields.compression);
  return {
    compression: image.toString('latin1', fields.compression, end),
    data: image.subarray(offset, offset + size),
  };
}

/**
 * The file of a kernel image that QEMU can load: a zstd-packed EFI image is unpacked beside itself,
 * because QEMU 10 unpacks gzip's only.
 */
export async function loadableImage(imageFile: string): Promise<string> {
  const payload = zbootPayload(readFileSync(imageFile));
  if (payload?.compression !== 'zstd') {
    return imageFile;
  }
  const unpackedFile = `${imageFile}.unpacked`;
  if (!existsSync(unpackedFile)) {
    const packedFile = `${unpackedFile}.zst`;
    writeFileSync(packedFile, payload.data);
    await runCommand('zstd', ['-d', '-q', '-f', packedFile, '-o', `${unpackedFile}.partial`]);
    rmSync(packedFile);
    renameSync(`${unpackedFile}.partial`, unpackedFile);
  }
  return unpackedFile;
}
