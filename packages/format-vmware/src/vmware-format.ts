import {
  type ByteSource,
  type DumpFormat,
  type DumpImage,
  type FileClaim,
  type FileHead,
  hex,
  inOneStep,
  type OpenContext,
  type Progress,
  resultOf,
  VmcorekitError,
} from '@vmcorekit/core';
import { magicIn } from './state-header.ts';
import { readState, type VmwareState, vmwareImage, withoutMemory } from './vmware-image.ts';

/** Of a suspended machine, and of a snapshot. */
const stateEndings: readonly string[] = ['.vmss', '.vmsn'];

/**
 * VMware's suspended (.vmss) and snapshotted (.vmsn) machines. Their memory is in the same file, or
 * in a .vmem file of the same base name beside it.
 */
export class VmwareFormat implements DumpFormat {
  readonly name: string = 'vmware';
  readonly summary: string =
    'VMware suspended and snapshotted machines: .vmss or .vmsn, with the .vmem beside it';

  probe({ head }: FileHead): FileClaim | undefined {
    const magic = magicIn(head);
    return magic === undefined
      ? undefined
      : { because: `VMware’s magic number ${hex(magic)}`, strength: 'signature' };
  }

  mainFilesOf(name: string): readonly string[] {
    const base = /^(.+)\.vmem$/i.exec(name)?.[1];
    return base === undefined ? [] : stateEndings.map((ending) => `${base}${ending}`);
  }

  async open(
    files: readonly ByteSource[],
    { architectures, companion }: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const [state, named, ...others] = files;
    if (state === undefined || others.length > 0) {
      throw new VmcorekitError('contract', {
        what: `a VMware state is one file, or one with its memory, got ${files.length}`,
      });
    }
    // A few milliseconds: what it says decides whether another file is needed.
    const read: VmwareState = resultOf(readState(state));
    const { block } = read.memory;
    if (block?.isPacked === true) {
      throw new VmcorekitError('unsupported', {
        what: `${state.name}, which holds its memory compressed`,
        advice: 'suspend the machine in a VMware that writes a .vmem file',
      });
    }
    if (block !== undefined && named !== undefined) {
      throw new VmcorekitError('unsupported', {
        what: `${state.name} with the memory of ${named.name}, because it holds its own`,
        advice: `name ${state.name} alone`,
      });
    }
    if (block !== undefined) {
      return inOneStep(() => vmwareImage(this.name, state, undefined, read, architectures));
    }
    const name = vmemOf(state.name);
    const vmem = named ?? (await companion(name));
    if (vmem === undefined) {
      throw withoutMemory(state.name, name);
    }
    return inOneStep(() => vmwareImage(this.name, state, vmem, read, architectures));
  }
}

/** The plain name of the memory's file: the state's, with another ending. */
function vmemOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return `${name.replace(/\.[^.]*$/, '')}.vmem`;
}
