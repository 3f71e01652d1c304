import {
  type ByteSource,
  type Damage,
  firstLostIn,
  isVmcorekitError,
  type Progress,
  type Registers,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  guestContext32SizeInBytes,
  guestContextSizeInBytes,
  registersOfContext,
} from '../cpus/guest-context.ts';
import { registersOfHvmContext } from '../cpus/hvm-context.ts';
import { PageLog } from './page-log.ts';
import { recordDamage } from './record-damage.ts';
import { domainTypes, type SaveHeader } from './save-header.ts';
import { isFollowedByLibxl, zerosBefore } from './stream-end.ts';

/** Source: Xen, docs/specs/libxc-migration-stream.pandoc. */
const types = { end: 0, pageData: 1, pvInfo: 2, vcpuBasic: 4, hvmContext: 9 } as const;
/** Xen 4.17 has up to 0x12. Records from `optional` on need not be understood. */
const endOfKnownTypes = 0x40;
const optional = 0x8000_0000;
const structure = 'record of a Xen save';
const headSizeInBytes = 8;
const cpuHeadSizeInBytes = 8;
const pageHeadSizeInBytes = 8;
const entrySizeInBytes = 8;
/** Xen writes at most 1024 pages a record. */
const maxPagesOfRecord: number = 2 ** 16;
/** XEN_DOMCTL_PFINFO_BROKEN, XALLOC and XTAB: pages that are not there. */
const firstTypeWithoutData = 13;
/** No machine has memory above 2^52. */
const endOfPages: number = 2 ** 40;
const maxCpus = 8192;
/** That of a machine of 512 CPUs takes 2 MiB. */
const maxHvmContextInBytes: number = 64 * 1024 * 1024;
/** Records without pages. A domain of 512 CPUs has some 2,000. */
const maxOtherRecords: number = 2 ** 20;
const recordsPerStep = 64;

/** What the records of a save say. */
export interface SaveRecords {
  readonly pages: PageLog;
  /** By their number; of a 64-bit domain only. */
  readonly cpus: readonly Registers[];
  /** 8 or 4 for a PV domain. Null for others. */
  readonly guestWidthInBytes: number | null;
  readonly damage: readonly Damage[];
}

/** Reads the records up to the last, or to one that cannot be; this is damage. */
export function* readRecords(
  source: ByteSource,
  header: SaveHeader,
): Generator<Progress, SaveRecords, void> {
  const reader = new RecordReader(source, header);
  let at = header.recordsAt;
  let others = 0;
  for (let count = 1; ; count++) {
    const step = tryStep(() => reader.take(at));
    if (typeof step === 'string') {
      return reader.finish(at, step);
    }
    if (step.isEnd) {
      return reader.finish(at, null);
    }
    others += step.hasPages ? 0 : 1;
    if (others > maxOtherRecords) {
      return reader.finish(at, `it has more than ${maxOtherRecords} records without pages`);
    }
    at = step.next;
    if (count % recordsPerStep === 0) {
      yield { kind: 'progress', doing: 'reading the save', fraction: at / source.sizeInBytes };
    }
  }
}

/** A list of pages that is checked. Its pages count once the next record is one. */
interface PageRecord {
  readonly list: StructView;
  readonly count: number;
}

interface Step {
  readonly isEnd: boolean;
  readonly hasPages: boolean;
  readonly next: number;
}

/** Why there is no step, in its place. */
function tryStep(take: () => Step): Step | string {
  try {
    return take();
  } catch (error) {
    if (isVmcorekitError(error, 'truncated') || isVmcorekitError(error, 'malformed')) {
      return error.message;
    }
    throw error;
  }
}

class RecordReader {
  readonly #source: ByteSource;
  readonly #domainType: number;
  readonly #pageSizeInBytes: number;
  readonly #pages: PageLog;
  readonly #contexts: Map<number, Registers> = new Map();
  #hvmCpus: readonly Registers[] = [];
  #width: number | null = null;
  #hasContext = false;
  #pending: PageRecord | null = null;
  /** From there on to a false end, all is zero. */
  #zerosAt = Infinity;
  #bad = 0;
  #firstBadAt = 0;
  #lostAt: number | undefined;

  constructor(source: ByteSource, { domainType, pageSizeInBytes }: SaveHeader) {
    this.#source = source;
    this.#domainType = domainType;
    this.#pageSizeInBytes = pageSizeInBytes;
    this.#pages = new PageLog(pageSizeInBytes);
  }

  /** Takes one record. Throws `truncated` or `malformed` where it cannot be one. */
  take(at: number): Step {
    const head = this.#view(at, headSizeInBytes);
    const [type, length] = [head.uint32(0), head.uint32(4)];
    const bodyAt = at + headSizeInBytes;
    // Lost bytes read as zeros, which would be the last record.
    const lost = firstLostIn(this.#source, at, headSizeInBytes);
    if (lost !== undefined || (type >= endOfKnownTypes && type < optional)) {
      throw wrong(at, 'type', 'a record of Xen', lost === undefined ? type : 'lost bytes');
    }
    const isEnd = type === types.end;
    if (isEnd) {
      this.#checkEnd(at, length);
    }
    this.#placePending();
    const hasPages = type === types.pageData;
    if (hasPages) {
      this.#takePages(bodyAt, length);
    } else {
      this.#takeOther(type, bodyAt, length);
    }
    return { isEnd, hasPages, next: bodyAt + Math.ceil(length / 8) * 8 };
  }

  finish(at: number, because: string | null): SaveRecords {
    this.#placePending();
    const damage = recordDamage({
      brokenAt: at,
      because,
      lostAt: this.#lostAt,
      bad: this.#bad,
      firstBadAt: this.#firstBadAt,
    });
    const count = Math.max(-1, ...this.#contexts.keys()) + 1;
    const contexts = Array.from(
      { length: count },
      (_, index) => this.#contexts.get(index) ?? new Map<string, bigint>(),
    );
    return {
      pages: this.#pages,
      cpus: count > 0 ? contexts : this.#hvmCpus,
      guestWidthInBytes: this.#width,
      damage,
    };
  }

  /** A tail of zeros begins as the last record does. */
  #checkEnd(at: number, length: number): void {
    const missing = this.#missing();
    const next = at + headSizeInBytes;
    if (length === 0 && missing === null && isFollowedByLibxl(this.#source, next)) {
      return;
    }
    if (this.#pending !== null) {
      this.#zerosAt = zerosBefore(this.#source, this.#pending.list.fileOffset, at);
    }
    throw missing === null
      ? wrong(at, 'type', 'END of length 0, and then a record of libxl', 'other bytes, as zeros')
      : wrong(at, 'type', `${missing} before END`, 'END, or zeros');
  }

  /** The record that a domain of its type has before its end, and this one has not. */
  #missing(): string | null {
    if (this.#domainType === domainTypes.hvm) {
      return this.#hasContext ? null : 'HVM_CONTEXT';
    }
    if (this.#domainType !== domainTypes.paravirtual) {
      return null;
    }
    return this.#width === null ? 'X86_PV_INFO' : this.#hasContext ? null : 'X86_PV_VCPU_BASIC';
  }

  #takeOther(type: number, bodyAt: number, length: number): void {
    if (type === types.pvInfo) {
      this.#width = this.#view(bodyAt, headSizeInBytes).uint8(0);
    } else if (type === types.vcpuBasic) {
      this.#takeCpu(bodyAt, length);
    } else if (type === types.hvmContext && length <= maxHvmContextInBytes) {
      this.#hasContext = true;
      this.#hvmCpus = registersOfHvmContext(this.#view(bodyAt, length));
    }
  }

  #takeCpu(bodyAt: number, length: number): void {
    const cpu = this.#view(bodyAt, cpuHeadSizeInBytes).uint32(0);
    if (cpu >= maxCpus) {
      throw wrong(bodyAt, 'vcpu_id', `below ${maxCpus}`, cpu);
    }
    this.#hasContext = true;
    const size = length - cpuHeadSizeInBytes;
    if (size === guestContextSizeInBytes) {
      const context = this.#view(bodyAt + cpuHeadSizeInBytes, size);
      this.#contexts.set(cpu, registersOfContext(context.bytes, true));
    } else if (size !== guestContext32SizeInBytes) {
      const wanted = `${guestContextSizeInBytes} or ${guestContext32SizeInBytes} bytes of a CPU`;
      throw wrong(bodyAt - headSizeInBytes, 'body_length', wanted, size);
    }
  }

  /** A record whose list a container lost is passed over: it would be of page 0 again and again. */
  #isListLost(bodyAt: number, count: number): boolean {
    const sizeInBytes = pageHeadSizeInBytes + count * entrySizeInBytes;
    const lost = firstLostIn(this.#source, bodyAt, sizeInBytes);
    this.#lostAt ??= lost;
    return lost !== undefined;
  }

  #takePages(bodyAt: number, length: number): void {
    if (this.#isListLost(bodyAt, 0)) {
      return;
    }
    const count = this.#view(bodyAt, pageHeadSizeInBytes).uint32(0);
    if (count === 0 || count > maxPagesOfRecord) {
      throw wrong(bodyAt, 'count', `1 to ${maxPagesOfRecord} pages`, count);
    }
    if (this.#isListLost(bodyAt, count)) {
      return;
    }
    const listAt = bodyAt + pageHeadSizeInBytes;
    const list = this.#view(listAt, count * entrySizeInBytes);
    const highAt = 4;
    let withData = 0;
    for (let index = 0; index < count; index++) {
      const high = list.uint32(index * entrySizeInBytes + highAt);
      withData += high >>> 28 < firstTypeWithoutData ? 1 : 0;
    }
    const wanted =
      pageHeadSizeInBytes + count * entrySizeInBytes + withData * this.#pageSizeInBytes;
    if (length !== wanted) {
      const what = `${wanted}, for ${withData} pages with data of ${count}`;
      throw wrong(bodyAt - headSizeInBytes, 'body_length', what, length);
    }
    this.#pending = { list, count };
  }

  /** Leaves out what zeros before a false end reach: these may be lost bytes. */
  #placePending(): void {
    if (this.#pending === null) {
      return;
    }
    const { list, count } = this.#pending;
    const [lowAt, highAt] = [0, 4];
    let dataAt = list.fileOffset + count * entrySizeInBytes;
    for (let index = 0; index < count; index++) {
      const at = index * entrySizeInBytes;
      if (list.fileOffset + at + entrySizeInBytes > this.#zerosAt) {
        break;
      }
      const high = list.uint32(at + highAt);
      const page = (high & 0xf_ffff) * 2 ** 32 + list.uint32(at + lowAt);
      const hasData = high >>> 28 < firstTypeWithoutData;
      const dataEnd = dataAt + (hasData ? this.#pageSizeInBytes : 0);
      if (page >= endOfPages) {
        this.#firstBadAt = this.#bad++ === 0 ? list.fileOffset + at : this.#firstBadAt;
      } else if (hasData && dataEnd <= this.#zerosAt) {
        this.#pages.add(page, dataAt);
      } else {
        this.#pages.addWithoutData(page);
      }
      dataAt = dataEnd;
    }
    this.#pending = null;
  }

  #view(at: number, lengthInBytes: number): StructView {
    const bytes = readExactly(this.#source, at, lengthInBytes, structure);
    return new StructView(bytes, 'little', structure, at);
  }
}

function wrong(
  fileOffset: number,
  field: string,
  wanted: string,
  got: number | string,
): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', { structure, fileOffset, field, wanted, got });
}
