/**
 * makedumpfile's flattened format: a stream that can be written without seeking. A 4096-byte header
 * comes first. Then come records: a 16-byte head (offset and size, i64 each, big-endian) and that
 * many bytes, which belong at that offset of the file inside. Offset and size −1 end it. Later
 * records override earlier ones. Source: makedumpfile's manual page, "-F", and the files QEMU
 * writes.
 */
export const signature = 'makedumpfile';
/** The signature is padded with NULs to this. */
export const signatureSizeInBytes = 16;
export const typeOffset = 16;
export const versionOffset = 24;
export const knownType = 1n;
export const knownVersion = 1n;
export const headerSizeInBytes = 4096;
export const recordHeadSizeInBytes = 16;
