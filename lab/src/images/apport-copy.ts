import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

/** Deflate, no name, no time, the best compression, an unknown system. Source: RFC 1952. */
const gzipHeader: Buffer = Buffer.from('1f8b08000000000002ff', 'hex');
/** apport reads so much at once. */
const blockInBytes: number = 1 << 20;
const fieldsBefore = 'ProblemType: KernelCrash\nArchitecture: amd64\nPackage: linux-image\n';
const fieldsAfter = 'Uname: Linux x86_64\n';

/**
 * A crash report with a dump in its field `VmCore`, composed as apport's problem_report.py writes a
 * file: the header, each output of the compressor, and the checksum are lines of base64.
 */
export async function writeApportReport(dump: string, report: string): Promise<void> {
  let [checksum, sizeInBytes] = [0, 0];
  const line = (bytes: Buffer): string => ` ${bytes.toString('base64')}\n`;
  await pipeline(
    createReadStream(dump, { highWaterMark: blockInBytes }),
    async function* (blocks: AsyncIterable<Buffer>) {
      for await (const block of blocks) {
        checksum = crc32(block, checksum);
        sizeInBytes += block.length;
        yield block;
      }
    },
    createDeflateRaw({ level: 1 }),
    async function* (outputs: AsyncIterable<Buffer>) {
      yield `${fieldsBefore}VmCore: base64\n${line(gzipHeader)}`;
      for await (const output of outputs) {
        yield line(output);
      }
      const end = Buffer.alloc(8);
      end.writeUInt32LE(checksum, 0);
      end.writeUInt32LE(sizeInBytes % 2 ** 32, 4);
      yield line(end) + fieldsAfter;
    },
    createWriteStream(report),
  );
}
