import { type DumpImage, imageOf, type PhysicalMemory } from '@vmcorekit/core';

/**
 * An opened dump around memory that a test built: x86-64 without notes, unless `fields` say
 * otherwise.
 */
export function memoryImage(memory: PhysicalMemory, fields: Partial<DumpImage> = {}): DumpImage {
  return imageOf({ format: 'test', architecture: 'x86_64', memory, ...fields });
}
