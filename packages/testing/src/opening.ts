import {
  ArchitectureTable,
  BufferSource,
  type ByteSource,
  type Container,
  type ContainerContents,
  type DumpFormat,
  type DumpImage,
  type FileHead,
  fileHeadOf,
  MemoryStore,
  type OpenContext,
  resultOf,
  VmcorekitError,
} from '@vmcorekit/core';

/** What a probe sees of a file with these bytes. */
export function headOf(bytes: Uint8Array, name?: string): FileHead {
  return fileHeadOf(new BufferSource(bytes, name));
}

/**
 * A context for opening, without codecs, architectures, companions and snapshot unless `fields` say
 * otherwise. Stores lie in memory.
 */
export function openContext(fields: Partial<OpenContext> = {}): OpenContext {
  return {
    architectures: new ArchitectureTable([]),
    compressors: {
      ready: (name) =>
        Promise.reject(new VmcorekitError('unknown-name', { kind: 'compressor', name, known: [] })),
    },
    companion: async () => undefined,
    scratch: async () => new MemoryStore(),
    maxUnpackedInBytes: 2 ** 30,
    placed: null,
    snapshot: null,
    ...fields,
  };
}

/** Opens files with one format, without a toolkit. */
export async function openFormat(
  format: DumpFormat,
  files: readonly (ByteSource | Uint8Array)[],
  context: OpenContext = openContext(),
): Promise<DumpImage> {
  return resultOf(await format.open(files.map(sourceOf), context));
}

/** Opens a file with one container, without a toolkit. */
export async function openContainer(
  container: Container,
  file: ByteSource | Uint8Array,
  context: OpenContext = openContext(),
): Promise<ContainerContents> {
  return resultOf(await container.open(sourceOf(file), context));
}

function sourceOf(file: ByteSource | Uint8Array): ByteSource {
  return file instanceof Uint8Array ? new BufferSource(file) : file;
}
