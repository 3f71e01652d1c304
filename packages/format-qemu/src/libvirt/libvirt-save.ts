import {
  type ByteSource,
  type Container,
  type Damage,
  type DumpFormat,
  EntrySource,
  type HeaderValue,
  inOneStep,
  onlyFile,
} from '@vmcorekit/core';
import { zlibOf } from '../qemu-stream-format.ts';
import { readStream } from '../stream/read-stream.ts';
import { streamImageOf } from '../stream-image.ts';
import { domainFields } from './domain-xml.ts';
import { headerSizeInBytes, probeSave, readSaveHeader, type SaveHeader } from './save-header.ts';

/**
 * `virsh save`, managedsave and the memory of an external snapshot: a header, the domain's XML and
 * the stream, raw or compressed. Of a sparse one the stream points into the file as a whole, so
 * `LibvirtSaveFormat` reads that.
 */
export const libvirtSaveContainer: Container = {
  name: 'libvirt-save',
  probe({ head }) {
    const found = probeSave(head);
    if (found === undefined || found.kind === 'sparse') {
      return undefined;
    }
    // Its open then says what is wrong with the header.
    return found.kind === undefined
      ? { because: found.because, strength: 'name-only' }
      : { because: `${found.because}, ${found.kind}`, strength: 'signature' };
  },
  async open(source) {
    return inOneStep(() => {
      const header = readSaveHeader(source);
      const { streamAt } = header;
      const entry = { name: '', sizeInBytes: source.sizeInBytes - streamAt, kind: header.kind };
      return {
        entries: [entry],
        open: () => new EntrySource(source, streamAt, entry.sizeInBytes),
        damage: damageOf(header),
        header: domainOf(source, header),
        [Symbol.dispose]: () => source[Symbol.dispose](),
      };
    });
  },
};

/** A saved domain whose stream is mapped-ram: `virsh save --image-format sparse`. */
export const libvirtSaveFormat: DumpFormat = {
  name: 'libvirt-save',
  summary: 'domains saved by libvirt (virsh save, managedsave), sparse ones',
  probe({ head }) {
    const found = probeSave(head);
    return found?.kind === 'sparse'
      ? { because: `${found.because}, sparse`, strength: 'signature' }
      : undefined;
  },
  async open(files, context) {
    const source = onlyFile(files, 'a saved domain');
    const zlib = await zlibOf(context);
    return (function* () {
      const header = readSaveHeader(source);
      const stream = yield* readStream(source, header.streamAt);
      return streamImageOf(
        {
          format: 'libvirt-save',
          source,
          damage: damageOf(header),
          header: domainOf(source, header),
        },
        stream,
        zlib,
      );
    })();
  },
};

function domainOf(source: ByteSource, { streamAt }: SaveHeader): ReadonlyMap<string, HeaderValue> {
  return domainFields(source, headerSizeInBytes, streamAt - headerSizeInBytes);
}

function damageOf({ isUnfinished }: SaveHeader): Damage[] {
  return isUnfinished
    ? [
        {
          name: 'incomplete',
          detail: "the header still says 'LibvirtQemudPart': libvirt had not written all of it",
          loses: 'nothing',
          fileOffset: 0,
        },
      ]
    : [];
}
