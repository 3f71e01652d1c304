import {
  type CreateHash,
  type Damage,
  firstLostIn,
  hex,
  hexText,
  isSourceFailure,
  isVmcorekitError,
  type Progress,
  plural,
  type StatedBlockDigests,
} from '@vmcorekit/core';

export interface CheckedBlocks {
  /** `expected` and `actual` are digests of the whole list, by the same algorithm. */
  readonly digest: {
    readonly expected: string;
    readonly actual: string | null;
    readonly because: string | null;
  };
  readonly damage: readonly Damage[];
}

/** Compares the digest of each block with a list. Throws `io`. */
export function* checkBlocks(
  stated: StatedBlockDigests,
  hashNamed: (algorithm: string) => CreateHash | undefined,
): Generator<Progress, CheckedBlocks, void> {
  const createHash = hashNamed(stated.algorithm);
  if (createHash === undefined) {
    return unchecked(stated, `nothing here computes ${stated.algorithm}`);
  }
  try {
    return yield* compared(stated, createHash);
  } catch (error) {
    if (!isVmcorekitError(error) || isSourceFailure(error)) {
      throw error;
    }
    return unchecked(stated, error.message);
  }
}

function* compared(
  stated: StatedBlockDigests,
  createHash: CreateHash,
): Generator<Progress, CheckedBlocks, void> {
  const { algorithm, content, covers, blockInBytes, statedBy } = stated;
  const { offset, lengthInBytes } = covers;
  const count = Math.ceil(lengthInBytes / blockInBytes);
  const list = stated.readList();
  const digestOf = (bytes: Uint8Array): Uint8Array => {
    const hash = createHash();
    hash.update(bytes);
    return hash.digest();
  };
  const digestInBytes = digestOf(new Uint8Array(0)).length;
  if (list.length !== count * digestInBytes) {
    const wanted = `${count * digestInBytes} of ${plural(count, 'block')}`;
    return unchecked(stated, `${statedBy} has ${list.length} bytes, wanted ${wanted}`);
  }
  if (firstLostIn(content, offset, lengthInBytes) !== undefined) {
    return unchecked(stated, 'a part of it is lost');
  }
  const actual = createHash();
  const wrong: number[] = [];
  const room = new Uint8Array(blockInBytes);
  for (let block = 0; block < count; block++) {
    const at = offset + block * blockInBytes;
    const target = room.subarray(0, Math.min(blockInBytes, offset + lengthInBytes - at));
    const got = content.readInto(at, target);
    if (got !== target.length) {
      return unchecked(stated, `it ends after ${at + got} bytes`);
    }
    const wanted = hexText(list.subarray(block * digestInBytes, (block + 1) * digestInBytes));
    room.fill(0, target.length);
    // Writers differ in whether the padding of the last block counts.
    const candidates = [target, ...(target.length < blockInBytes ? [room] : [])].map(digestOf);
    const found = candidates.find((each) => hexText(each) === wanted);
    actual.update(found ?? candidates[0] ?? new Uint8Array(0));
    if (found === undefined) {
      wrong.push(at);
    }
    const doing = `comparing ${algorithm} of blocks`;
    yield { kind: 'progress', doing, fraction: (block + 1) / count };
  }
  const digest = {
    expected: hexText(digestOf(list)),
    actual: hexText(actual.digest()),
    because: null,
  };
  return { digest, damage: differing(stated, wrong) };
}

function differing(stated: StatedBlockDigests, wrong: readonly number[]): Damage[] {
  const { algorithm, content, statedBy, blockInBytes } = stated;
  const [first] = wrong;
  return first === undefined
    ? []
    : [
        {
          name: 'digest-differs',
          loses: 'page',
          detail: `the ${algorithm} of ${plural(wrong.length, 'block')} of ${blockInBytes} bytes of ${content.name}, the first at its offset ${hex(first)}, is not that in ${statedBy}`,
        },
      ];
}

function unchecked(
  { algorithm, content, statedBy }: StatedBlockDigests,
  because: string,
): CheckedBlocks {
  return {
    digest: { expected: '', actual: null, because },
    damage: [
      {
        name: 'digest-unchecked',
        loses: 'nothing',
        detail: `${algorithm} of blocks of ${content.name} (${statedBy}) cannot be compared: ${because}`,
      },
    ],
  };
}
