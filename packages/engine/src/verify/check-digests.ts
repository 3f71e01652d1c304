import {
  type ByteRange,
  type ByteSource,
  type CreateHash,
  type Damage,
  type DigestedContent,
  firstLostIn,
  hexText,
  isSourceFailure,
  isVmcorekitError,
  type Progress,
  type StatedDigest,
} from '@vmcorekit/core';
import { checkBlocks } from './check-blocks.ts';

const stepInBytes: number = 1 << 20;

/** A digest that a container states of its contents, and the one that they have. */
export interface CheckedDigest extends Pick<StatedDigest, 'algorithm' | 'expected' | 'statedBy'> {
  /** The container's name. */
  readonly container: string;
  /** Null where it was not computed. */
  readonly actual: string | null;
  /** Why it was not computed; null where it was. */
  readonly because: string | null;
}

export interface CheckedDigests {
  readonly digests: readonly CheckedDigest[];
  readonly damage: readonly Damage[];
}

/** An algorithm, computed once, and the digests that are compared with what it gives. */
interface Wanted {
  readonly algorithm: string;
  readonly createHash: CreateHash;
  readonly stated: StatedDigest[];
}

/**
 * Reads contents whose digests are stated, each stretch once, and compares. Digests of contents
 * that are lost in part are not computed. Throws `io`.
 */
export function* checkDigests(
  contents: readonly DigestedContent[],
  hashNamed: (algorithm: string) => CreateHash | undefined,
): Generator<Progress, CheckedDigests, void> {
  const digests: CheckedDigest[] = [];
  const damage: Damage[] = [];
  for (const { container, content, digests: all, blockDigests = [] } of contents) {
    const unchecked = (algorithms: string, because: string): void => {
      damage.push({
        name: 'digest-unchecked',
        loses: 'nothing',
        detail: `${algorithms} of ${content.name} cannot be compared: ${because}`,
      });
    };
    const add = (
      { algorithm, expected, statedBy, fileOffset }: StatedDigest,
      actual: string | null,
      because: string | null,
    ): void => {
      digests.push({ container, algorithm, expected, statedBy, actual, because });
      if (actual !== null && actual !== expected) {
        damage.push({
          name: 'digest-differs',
          loses: 'page',
          detail: `the ${algorithm} of ${content.name} is ${actual}, and the ${statedBy} says ${expected}`,
          ...(fileOffset === undefined ? {} : { fileOffset }),
        });
      }
    };
    for (const [covers, group] of byStretch(content, all)) {
      const reasons = new Map<string, Set<string>>();
      const wanted = new Map<unknown, Wanted>();
      for (const stated of group) {
        const { algorithm, notComputed } = stated;
        const createHash = stated.createHash ?? hashNamed(algorithm);
        if (notComputed !== undefined) {
          add(stated, null, notComputed);
          const algorithms = reasons.get(notComputed) ?? new Set();
          reasons.set(notComputed, algorithms.add(algorithm));
        } else if (createHash === undefined) {
          add(stated, null, `nothing here computes ${algorithm}`);
        } else {
          const key = stated.createHash ?? algorithm;
          const same = wanted.get(key) ?? { algorithm, createHash, stated: [] };
          wanted.set(key, same);
          same.stated.push(stated);
        }
      }
      const hashes = [...wanted.values()];
      const got = yield* hashed(content, covers, hashes);
      for (const [index, { stated }] of hashes.entries()) {
        for (const each of stated) {
          add(each, typeof got === 'string' ? null : (got[index] ?? null), reasonIn(got));
        }
      }
      if (typeof got === 'string') {
        unchecked(hashes.map(({ algorithm }) => algorithm).join(', '), got);
      }
      for (const [because, algorithms] of reasons) {
        unchecked([...algorithms].join(', '), because);
      }
    }
    for (const stated of blockDigests) {
      const checked = yield* checkBlocks(stated, hashNamed);
      const { algorithm, statedBy } = stated;
      digests.push({ container, algorithm, statedBy, ...checked.digest });
      damage.push(...checked.damage);
    }
  }
  return { digests, damage };
}

const reasonIn = (got: readonly string[] | string): string | null =>
  typeof got === 'string' ? got : null;

/** The digests of equal stretches together, so that each stretch is read once. */
function byStretch(
  { sizeInBytes }: ByteSource,
  digests: readonly StatedDigest[],
): Iterable<readonly [ByteRange, readonly StatedDigest[]]> {
  const groups = new Map<string, readonly [ByteRange, StatedDigest[]]>();
  for (const digest of digests) {
    const covers = digest.covers ?? { offset: 0, lengthInBytes: sizeInBytes };
    const key = `${covers.offset}+${covers.lengthInBytes}`;
    const group: readonly [ByteRange, StatedDigest[]] = groups.get(key) ?? [covers, []];
    groups.set(key, group);
    group[1].push(digest);
  }
  return groups.values();
}

/** The digests of a stretch in the order wanted; or why it cannot be read. */
function* hashed(
  content: ByteSource,
  { offset, lengthInBytes }: ByteRange,
  wanted: readonly Wanted[],
): Generator<Progress, readonly string[] | string, void> {
  if (wanted.length === 0) {
    return [];
  }
  if (firstLostIn(content, offset, lengthInBytes) !== undefined) {
    return 'a part of it is lost';
  }
  const doing = `comparing ${wanted.map(({ algorithm }) => algorithm).join(' and ')}`;
  const hashes = wanted.map(({ createHash }) => createHash());
  const step = new Uint8Array(Math.min(stepInBytes, lengthInBytes));
  for (let done = 0; done < lengthInBytes; ) {
    const target = step.subarray(0, Math.min(step.length, lengthInBytes - done));
    const got = readSome(content, offset + done, target);
    if (typeof got === 'string') {
      return got;
    }
    if (got === 0) {
      return `it ends after ${offset + done} bytes`;
    }
    for (const hash of hashes) {
      hash.update(target.subarray(0, got));
    }
    done += got;
    yield { kind: 'progress', doing, fraction: done / lengthInBytes };
  }
  return hashes.map((hash) => hexText(hash.digest()));
}

/** The number of bytes read; or why the contents cannot be decoded there. */
function readSome(content: ByteSource, offset: number, target: Uint8Array): number | string {
  try {
    return content.readInto(offset, target);
  } catch (error) {
    if (!isVmcorekitError(error) || isSourceFailure(error)) {
      throw error;
    }
    return error.message;
  }
}
