import { latin1Text } from '@vmcorekit/core';
import type { Conversation } from './conversation.ts';
import { maxPacketLength } from './limits.ts';
import { binaryText, numberIn, textOfHex } from './packet-text.ts';

/** Error numbers of gdb's File-I/O protocol. Source: gdb's manual, "Errno Values". */
const noFile = 'F-1,2';
const badFile = 'F-1,9';
const readOnly = 'F-1,1e';
/** The number of the only file that a client can have open. */
const descriptor = 3n;
/** The size of `struct stat` of the protocol. Source: gdb's manual, "struct stat". */
const statSizeInBytes = 64;
/** Above the end of every section, wherever the file says that it lies. */
const claimedSizeInBytes = 1n << 40n;
/** S_IFREG and reading by all. */
const mode = 0o100444;

/** Answers `vFile:`: the target's executable, and no other file, can be read. */
export function fileRequest(request: string, { target }: Conversation): string {
  const [, operation = '', rest = ''] = /^([a-z]+):(.*)$/s.exec(request) ?? [];
  const words = rest.split(',');
  const { execFile } = target;
  switch (operation) {
    case 'setfs':
      return 'F0';
    case 'open': {
      const isIt = execFile !== undefined && textOfHex(words[0] ?? '') === execFile.name;
      const isForReading = numberIn(words[1]) === 0n;
      return isIt ? (isForReading ? `F${descriptor}` : readOnly) : noFile;
    }
    case 'close':
      return numberIn(words[0]) === descriptor ? 'F0' : badFile;
    case 'fstat':
      return execFile !== undefined && numberIn(words[0]) === descriptor
        ? attachment(latin1Text(statWithHole()))
        : badFile;
    case 'pread': {
      const [length, offset] = [numberIn(words[1]), numberIn(words[2])];
      return execFile === undefined ||
        numberIn(words[0]) !== descriptor ||
        length === undefined ||
        offset === undefined
        ? badFile
        : attachment(latin1Text(pieceOf(execFile.bytes(), offset, length)));
    }
    case 'readlink':
      return noFile;
    case 'pwrite':
    case 'unlink':
      return readOnly;
    default:
      return '';
  }
}

/** A number of bytes, and the bytes. */
function attachment(latin1: string): string {
  return `F${latin1.length.toString(16)};${binaryText(latin1)}`;
}

/** A piece that fits into a packet even if every byte is escaped. */
function pieceOf(bytes: Uint8Array, offset: bigint, length: bigint): Uint8Array {
  const most = BigInt(maxPacketLength / 2 - 16);
  const start = offset < BigInt(bytes.length) ? Number(offset) : bytes.length;
  return bytes.subarray(start, start + Number(length < most ? length : most));
}

/**
 * Says more than the file holds: the kernel's sections lie in a hole after it, which cannot be
 * read. gdb then says that it cannot access such memory; of a shorter file it would warn.
 */
function statWithHole(): Uint8Array {
  const view = new DataView(new ArrayBuffer(statSizeInBytes));
  view.setUint32(8, mode);
  view.setUint32(12, 1);
  view.setBigUint64(28, claimedSizeInBytes);
  return new Uint8Array(view.buffer);
}
