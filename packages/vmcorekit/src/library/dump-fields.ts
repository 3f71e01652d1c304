import type { Dump, DumpImage } from '@vmcorekit/core';

/** The fields of a dump as own properties, so that `{ ...dump, cpus: [] }` takes them along. */
export function dumpFields(dump: Dump, image: () => DumpImage): PropertyDescriptorMap {
  const own = (get: () => unknown): PropertyDescriptor => ({ get, enumerable: true });
  return {
    files: own(() => dump.files),
    filesBeside: own(() => dump.filesBeside),
    container: own(() => dump.container),
    containers: own(() => dump.containers),
    containerHeader: own(() => dump.containerHeader),
    statedDigests: own(() => dump.statedDigests),
    containerOrigins: own(() => dump.containerOrigins),
    image: own(image),
    damage: own(() => dump.damage),
    architecture: own(() => dump.architecture),
    layout: own(() => dump.layout),
    cpus: own(() => dump.cpus),
    // Not enumerable: a copy does not change with the dump, and keeps the machine of now.
    wider: { get: () => dump.wider },
    memoryLayouts: { get: () => dump.memoryLayouts },
    placedBy: { get: () => dump.placedBy },
    readAs: { get: () => dump.readAs },
    vmcoreinfo: own(() => dump.vmcoreinfo),
    statistics: own(() => dump.statistics),
    sourceFailure: own(() => dump.sourceFailure),
  };
}
