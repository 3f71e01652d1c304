import {
  type ByteSource,
  type Damage,
  hex,
  isSourceFailure,
  isVmcorekitError,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { DeltaLog } from '../memory/delta-log.ts';
import { RunLog } from '../memory/run-log.ts';
import { type DeviceSection, findFooter, footerSizeInBytes, isFooterAt } from './device-section.ts';
import { POSTCOPY_ADVISE, postcopyCommands, sectionTypes } from './layout.ts';
import { RamBlocks } from './ram-blocks.ts';
import type { RamRecords } from './ram-records.ts';
import { walkRam } from './ram-walk.ts';
import { StreamCursor } from './stream-cursor.ts';
import { readStreamHead, type StreamHead } from './stream-head.ts';
import { findVmDescription, type VmDescription } from './vmdescription.ts';

/** Pages of 4 KiB to 64 KiB: in smaller ones, flags would not fit into an offset. */
const [leastPageBits, mostPageBits] = [12, 16];
const usualPageBits = 12;
/** A machine with hundreds of devices has fewer sections. */
const maxDevices = 65_536;

/** All that a stream holds. */
export interface Stream extends RamRecords {
  readonly head: StreamHead;
  readonly devices: readonly DeviceSection[];
  readonly description: VmDescription | undefined;
  /** Whether all memory was read, up to its last section. */
  readonly isRamComplete: boolean;
  readonly damage: readonly Damage[];
}

/**
 * Reads a stream once, from `start` on. Throws where nothing of its memory can be had. What is lost
 * otherwise is reported as damage. Source: QEMU, migration/savevm.c.
 */
export function* readStream(source: ByteSource, start: number): Generator<Progress, Stream, void> {
  const head = readStreamHead(source, start);
  const pageBits = head.pageBits ?? usualPageBits;
  if (pageBits < leastPageBits || pageBits > mostPageBits) {
    throw new VmcorekitError('unsupported', {
      what: `a QEMU stream with pages of 2^${pageBits} bytes`,
      advice: 'load it into the same QEMU machine, then write a dump with dump-guest-memory',
    });
  }
  const reader = new SectionReader(source, head, 2 ** pageBits);
  try {
    yield* reader.read();
  } catch (error) {
    if (!isVmcorekitError(error) || isSourceFailure(error) || reader.isEmpty) {
      throw error;
    }
    reader.endAt(error);
  }
  return reader;
}

class SectionReader implements Stream {
  readonly head: StreamHead;
  readonly blocks: RamBlocks;
  readonly runs: RunLog;
  readonly deltas: DeltaLog = new DeltaLog();
  readonly devices: DeviceSection[] = [];
  readonly damage: Damage[] = [];
  description: VmDescription | undefined = undefined;
  isRamComplete = false;
  readonly #cursor: StreamCursor;
  /** Names of the sections that come in parts. */
  readonly #started: Map<number, string> = new Map();
  #isPostcopyAdvised = false;
  #hasLookedForDescription = false;

  constructor(source: ByteSource, head: StreamHead, pageSizeInBytes: number) {
    this.head = head;
    this.blocks = new RamBlocks(pageSizeInBytes);
    this.runs = new RunLog(pageSizeInBytes);
    this.#cursor = new StreamCursor(source, head.endsAt);
  }

  /** Whether no page was read. */
  get isEmpty(): boolean {
    return this.runs.isEmpty && this.deltas.count === 0;
  }

  *read(): Generator<Progress, void, void> {
    const cursor = this.#cursor;
    for (;;) {
      const at = cursor.position;
      const type = cursor.uint8('section type');
      switch (type) {
        case sectionTypes.end:
          return;
        case sectionTypes.start:
        case sectionTypes.full:
          yield* this.#section(type === sectionTypes.start);
          break;
        case sectionTypes.part:
        case sectionTypes.lastPart:
          yield* this.#part(at, type === sectionTypes.lastPart);
          break;
        case sectionTypes.command:
          this.#command(at);
          break;
        default:
          throw new VmcorekitError('malformed', {
            structure: 'stream',
            fileOffset: at,
            field: 'section type',
            wanted: 'a section, a command or the end',
            got: type,
          });
      }
    }
  }

  /** The stream cannot be read from here on: what came before counts. */
  endAt(error: VmcorekitError): void {
    const isCut = error.code === 'truncated';
    this.damage.push({
      name: isCut ? 'file-truncated' : 'stream-broken',
      detail: this.isRamComplete
        ? `the devices cannot be read from ${hex(this.#cursor.position)} on, so CPUs may be missing: ${error.message}`
        : `the stream ends before all memory was read: ${error.message}`,
      loses: this.isRamComplete ? 'notes' : 'page',
      fileOffset: this.#cursor.position,
    });
  }

  *#section(isStart: boolean): Generator<Progress, void, void> {
    const cursor = this.#cursor;
    const id = cursor.uint32('section');
    const name = cursor.name('section');
    const instance = cursor.uint32('section');
    const version = cursor.uint32('section');
    if (isStart) {
      this.#started.set(id, name);
    }
    if (isStart && name === 'ram') {
      yield* this.#ram(id);
      return;
    }
    const bodyAt = cursor.position;
    const bodyEnd = this.#bodyEnd(id, name, instance);
    if (!isStart) {
      if (this.devices.length === maxDevices) {
        throw tooMany(bodyAt);
      }
      this.devices.push({ name, instance, version, bodyAt, bodyEnd });
    }
    this.#passFooter(id, bodyEnd);
  }

  *#part(at: number, isLast: boolean): Generator<Progress, void, void> {
    const cursor = this.#cursor;
    const id = cursor.uint32('section');
    const name = this.#started.get(id);
    if (name === undefined) {
      throw new VmcorekitError('malformed', {
        structure: 'section',
        fileOffset: at + 1,
        field: 'id',
        wanted: 'that of a section that was started',
        got: id,
      });
    }
    if (name === 'ram') {
      yield* this.#ram(id);
      this.isRamComplete ||= isLast;
    } else {
      this.#passFooter(id, findFooter(cursor.source, cursor.position, id));
    }
  }

  *#ram(id: number): Generator<Progress, void, void> {
    const { capabilities } = this.head;
    yield* walkRam(this.#cursor, this, {
      isMapped: capabilities.has('mapped-ram'),
      statesAddresses: capabilities.has('x-ignore-shared'),
      statesPageSizes: this.#isPostcopyAdvised,
    });
    this.#passFooter(id, this.#cursor.position);
  }

  /** Where a body ends: as the description says, if a footer stands there; else at a footer. */
  #bodyEnd(id: number, name: string, instance: number): number {
    const { source, position } = this.#cursor;
    if (this.isRamComplete && !this.#hasLookedForDescription) {
      this.#hasLookedForDescription = true;
      this.description = findVmDescription(source, position);
    }
    const described = this.description?.device(name, instance);
    const end = position + (described?.bodySizeInBytes ?? Number.NaN);
    return isFooterAt(source, end, id) ? end : findFooter(source, position, id);
  }

  /** Machine types up to 2.3 write no footers. */
  #passFooter(id: number, bodyEnd: number): void {
    const cursor = this.#cursor;
    cursor.position = isFooterAt(cursor.source, bodyEnd, id)
      ? bodyEnd + footerSizeInBytes
      : bodyEnd;
  }

  #command(at: number): void {
    const cursor = this.#cursor;
    const command = cursor.uint16('command');
    const length = cursor.uint16('command');
    const postcopy = postcopyCommands.get(command);
    if (postcopy !== undefined) {
      throw new VmcorekitError('unsupported', {
        what: `the stream changes to postcopy at ${hex(at)} (${postcopy}); later pages are not in it`,
        advice: 'migrate without the capability postcopy-ram',
      });
    }
    this.#isPostcopyAdvised ||= command === POSTCOPY_ADVISE;
    cursor.skip(length, 'command');
  }
}

function tooMany(fileOffset: number): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', {
    structure: 'stream',
    fileOffset,
    field: 'number of devices',
    wanted: `at most ${maxDevices}`,
    got: maxDevices + 1,
  });
}
