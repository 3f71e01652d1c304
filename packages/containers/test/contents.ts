import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { plugin } from '@vmcorekit/containers';
import {
  type ByteSource,
  type Container,
  type ContainerContents,
  hexText,
  type OpenContext,
  type StatedDigest,
} from '@vmcorekit/core';
import { openContainer } from '@vmcorekit/testing';

/** The container of that name that comes with the package. */
export function containerNamed(name: string): Container {
  const container = plugin.containers?.find((each) => each.name === name);
  if (container === undefined) {
    throw new Error(`no container is called ${name}`);
  }
  return container;
}

/** Like memory: runs of zeros, text that repeats, and noise, the same on every run. */
export function memoryLike(lengthInBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthInBytes);
  let seed = 1;
  for (let at = 0; at < lengthInBytes; at++) {
    const kind = (at >> 12) % 4;
    if (kind === 1) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      bytes[at] = seed >> 16;
    } else if (kind === 2) {
      bytes[at] = 0x41 + ((at * at) % 13);
    } else if (kind === 3) {
      bytes[at] = at >> 4;
    }
  }
  return bytes;
}

/**
 * What the files of the real programs in `files` hold: several blocks of each, and little that does
 * not shrink.
 */
export function sample(): Uint8Array {
  const bytes = memoryLike(300_000);
  for (let page = 0; page * 4096 < bytes.length; page++) {
    if (page % 4 === 1 && page !== 21) {
      bytes.fill(page, page * 4096, (page + 1) * 4096);
    }
  }
  return bytes;
}

/** A file that a real program made of `sample()`; files/README.md has the command. */
export function madeBy(file: string): Uint8Array {
  return readFileSync(new URL(`../test/files/${file}`, import.meta.url));
}

/** All bytes of the only content. */
export function bytesOf(contents: ContainerContents): Uint8Array {
  const source = contentOf(contents);
  const bytes = new Uint8Array(source.sizeInBytes);
  const got = source.readInto(0, bytes);
  if (got !== bytes.length) {
    throw new Error(`read ${got} bytes of ${bytes.length}`);
  }
  return bytes;
}

export function contentOf(contents: ContainerContents): ByteSource {
  const [entry] = contents.entries;
  if (entry === undefined) {
    throw new Error('the contents have no entry');
  }
  return contents.open(entry);
}

/** Unpacks a file whole; also the names of its damage. */
export async function unpacked(
  name: string,
  file: Uint8Array,
  context?: OpenContext,
): Promise<{ bytes: Uint8Array; damage: string[]; details: string }> {
  using contents = await openContainer(containerNamed(name), file, context);
  return {
    bytes: bytesOf(contents),
    damage: contents.damage.map((damage) => damage.name),
    details: contents.damage.map(({ detail }) => detail).join('; '),
  };
}

export function concatenated(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** The digests that a file states of its first entry. */
export async function statedDigests(name: string, file: Uint8Array): Promise<StatedDigest[]> {
  using contents = await openContainer(containerNamed(name), file);
  contentOf(contents);
  return contents.entries.slice(0, 1).flatMap((entry) => contents.digestsOf?.(entry) ?? []);
}

/** The same, each as `md5 right` or `md5 wrong`. */
export async function comparedDigests(name: string, file: Uint8Array): Promise<string[]> {
  using contents = await openContainer(containerNamed(name), file);
  const bytes = bytesOf(contents);
  return (await statedDigests(name, file)).map((digest) => {
    const hash = digest.createHash?.() ?? createHash(digest.algorithm);
    const { offset, lengthInBytes } = digest.covers ?? { offset: 0, lengthInBytes: bytes.length };
    // In parts of odd sizes, as reads may come.
    for (let at = offset; at < offset + lengthInBytes; at += 4099) {
      hash.update(bytes.subarray(at, Math.min(at + 4099, offset + lengthInBytes)));
    }
    const isRight = hexText(hash.digest()) === digest.expected;
    return `${digest.algorithm} ${isRight ? 'right' : 'wrong'}`;
  });
}
