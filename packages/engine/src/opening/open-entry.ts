import {
  type ByteSource,
  type ContainerContents,
  type ContainerEntry,
  inOneStep,
} from '@vmcorekit/core';
import type { DriveOptions } from '../running/drive.ts';
import { guardedOpen } from '../running/plugin-call.ts';
import type { StepLimit } from '../running/step-limit.ts';
import { ContainedSource } from './contained-source.ts';

/** Opens an entry of a container. The source owns the container from then on. */
export async function openEntry(
  container: string,
  contents: ContainerContents,
  entry: ContainerEntry,
  options: DriveOptions,
  stepLimit: StepLimit | undefined,
): Promise<ByteSource> {
  const start = async () => contents.openInSteps?.(entry) ?? inOneStep(() => contents.open(entry));
  const source = await guardedOpen(
    `container '${container}'`,
    start,
    'it opened no entry',
    options,
    stepLimit,
  );
  return new ContainedSource(source, contents);
}
