import { StructWriter } from './struct-writer.ts';

/** A bzImage in named fields: the real-mode header, and the compressed kernel. */
export interface VmlinuzSpec {
  /** The compressed kernel, with the unpacked size that the kernel's build may append. */
  readonly payload: Uint8Array;
  /** Sectors of the real-mode code after the first: 2. */
  readonly setup_sects?: number;
  /** 0x20f. */
  readonly version?: number;
  /** The payload's length. */
  readonly payload_length?: number;
}

const sectorInBytes = 512;
const payload_offset = 0x2cc;

/** Source: Linux, Documentation/arch/x86/boot.rst. */
export function buildVmlinuz(spec: VmlinuzSpec): Uint8Array {
  const { payload, setup_sects = 2, version = 0x20f } = spec;
  const writer = new StructWriter(64, 'little');
  writer.field(0x1f1, 'byte', setup_sects);
  writer.field(0x1fe, 'half', 0xaa55);
  writer.data(0x202, new TextEncoder().encode('HdrS'));
  writer.field(0x206, 'half', version);
  writer.field(0x248, 'word', payload_offset);
  writer.field(0x24c, 'word', spec.payload_length ?? payload.length);
  writer.data(((setup_sects || 4) + 1) * sectorInBytes + payload_offset, payload);
  return writer.bytes;
}
