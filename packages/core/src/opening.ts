import type { ArchitectureTable } from './architecture-table.ts';
import type { ByteSink, ByteSource } from './byte-source.ts';
import type { CompressorRegistry } from './compressor.ts';
import { isVmcorekitError, type VmcorekitError } from './errors.ts';
import type { PlacedBytes } from './memory-layout.ts';

/** What a probe sees of a file: its name, its size, its head and its tail. */
export interface FileHead {
  /** The file's name in messages. Only a hint, because anyone can name a file anything. */
  readonly name: string;
  readonly sizeInBytes: number;
  /** The first 64 KiB, or all of a smaller file; less where a part of them is lost. */
  readonly head: Uint8Array;
  /** Why bytes of the head are lost, and it ends before them. */
  readonly headLost?: string;
  /**
   * The last bytes: as many as asked for, at most 64 KiB, or all of a smaller file; only those
   * after the last lost one. Read on demand.
   */
  tail(lengthInBytes: number): Uint8Array;
}

/**
 * How much a claim weighs. `signature`: bytes that only this kind of file has there. `likely`:
 * several weaker signs agree. `name-only`: the kind is recognized by its mark but cannot be read;
 * such a claim gives way to every other but a guess. `guess`: nothing speaks for this kind of file,
 * and nothing against it. Only what nothing else claims is taken by a guess, and never the entry of
 * an archive.
 */
export type ClaimStrength = 'signature' | 'likely' | 'name-only' | 'guess';

/** Why a file is of some kind. */
export interface FileClaim {
  /** One phrase, for people: `KDUMP signature, 64-bit little-endian header`. */
  readonly because: string;
  readonly strength: ClaimStrength;
  /**
   * True for a `name-only` claim by a mark that no other bytes begin with. Not even a user's word
   * that the file is memory overrules it. A `signature` is as certain without it.
   */
  readonly isCertain?: true;
  /**
   * True where a guest can put these marks into its memory, because they stand at the two ends of a
   * file: `MZ`, and the list of a zip archive. Where the file may also be raw memory, the user must
   * say which it is, unless a file beside it does.
   */
  readonly mayBeMemory?: true;
}

/** Where a store lies, and how much it can still take. */
export interface StoreRoom {
  /** What messages call the place: a folder's name. */
  readonly where: string;
  readonly freeInBytes: number;
}

/** Scratch storage to unpack a stream that has no index: written first, then read. */
export interface ByteStore extends ByteSource, ByteSink {
  /** Undefined, or absent, where it is not known. */
  room?(): StoreRoom | undefined;
}

/**
 * What a format or a container may use while it opens. Each member works on its own, without
 * `this`.
 */
export interface OpenContext {
  readonly compressors: CompressorRegistry;
  /** Machine names and numbers: `image.architecture` is a name that this table gives, or null. */
  readonly architectures: ArchitectureTable;
  /**
   * Opens a file beside this one, by its plain name (`dump.vmss`): no separators, no `..`.
   * Undefined where there is none, or where the caller allows none. What is opened owns it and
   * disposes it. Where opening fails, the caller disposes it. Dispose one that is of no use before
   * opening ends: a report then does not name it.
   */
  readonly companion: (name: string) => Promise<ByteSource | undefined>;
  /** An empty store. What is opened owns it, like a companion. */
  readonly scratch: () => Promise<ByteStore>;
  /**
   * The most bytes that a container may unpack its file to. Containers inside each other have the
   * same limit, that of the outermost file, so that nesting cannot evade it.
   */
  readonly maxUnpackedInBytes: number;
  /**
   * Where the user, or the container around the file, says that its bytes lie in physical memory;
   * null where neither does. Only a format with `takesPlaces` gets it.
   */
  readonly placed: readonly PlacedBytes[] | null;
  /** Why they lie there, where the container around the file says so instead of the user. */
  readonly placedBecause?: string | undefined;
  /**
   * The `ContainerContents.snapshot` that the same container gave for this file earlier, or null.
   */
  readonly snapshot: Uint8Array | null;
}

/** How much of each end of a file a probe sees. */
export const probedBytes: number = 64 * 1024;

/** How exactly the end of what can be read is found, where a part of a head or tail is lost. */
const stepInBytes = 4096;

/**
 * Makes what probes see of a source. Reads its head. What a container has lost or cannot decode
 * (`bad-data`) ends the head, and precedes the tail.
 */
export function fileHeadOf(source: ByteSource): FileHead {
  const { head, lost } = headOf(source, Math.min(probedBytes, source.sizeInBytes));
  return {
    name: source.name,
    sizeInBytes: source.sizeInBytes,
    head,
    ...(lost === undefined ? {} : { headLost: lost.message }),
    tail(lengthInBytes) {
      const length = Math.max(0, Math.min(lengthInBytes, probedBytes, source.sizeInBytes));
      return tailOf(source, length);
    },
  };
}

type Lost = VmcorekitError<'bad-data'>;

function headOf(
  source: ByteSource,
  lengthInBytes: number,
): { readonly head: Uint8Array; readonly lost?: Lost } {
  const whole = readUpTo(source, 0, lengthInBytes);
  if (whole instanceof Uint8Array) {
    return { head: whole };
  }
  const head = new Uint8Array(lengthInBytes);
  for (let done = 0; done < lengthInBytes; ) {
    const part = readUpTo(source, done, Math.min(stepInBytes, lengthInBytes - done));
    if (!(part instanceof Uint8Array)) {
      return { head: head.subarray(0, done), lost: part };
    }
    head.set(part, done);
    done += Math.max(1, part.length);
  }
  return { head };
}

function tailOf(source: ByteSource, lengthInBytes: number): Uint8Array {
  const start = source.sizeInBytes - lengthInBytes;
  const whole = readUpTo(source, start, lengthInBytes);
  if (whole instanceof Uint8Array) {
    return whole;
  }
  const tail = new Uint8Array(lengthInBytes);
  for (let from = lengthInBytes; from > 0; ) {
    const length = Math.min(stepInBytes, from);
    const part = readUpTo(source, start + from - length, length);
    if (!(part instanceof Uint8Array)) {
      return tail.subarray(from);
    }
    from -= length;
    tail.set(part, from);
  }
  return tail;
}

/** From the strongest to the weakest. */
export const claimStrengths: readonly ClaimStrength[] = [
  'signature',
  'likely',
  'name-only',
  'guess',
];

/** The claims from the strongest to the weakest; among equals, as they came. */
export function byStrength<Claimed extends { readonly claim: FileClaim }>(
  claimed: readonly Claimed[],
): Claimed[] {
  return claimed.toSorted(
    (a, b) => claimStrengths.indexOf(a.claim.strength) - claimStrengths.indexOf(b.claim.strength),
  );
}

/** The bytes of a stretch; or why one of them is lost. */
function readUpTo(
  source: ByteSource,
  fileOffset: number,
  lengthInBytes: number,
): Uint8Array | Lost {
  const bytes = new Uint8Array(lengthInBytes);
  try {
    return bytes.subarray(0, source.readInto(fileOffset, bytes));
  } catch (error) {
    if (isVmcorekitError(error, 'bad-data')) {
      return error;
    }
    throw error;
  }
}
