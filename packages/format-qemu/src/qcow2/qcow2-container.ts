import {
  type ByteSource,
  type Container,
  type ContainerContents,
  type ContainerEntry,
  fileHeadOf,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { isQcow2, readQcow2Header, snapshotCountOf } from './header.ts';
import { type Qcow2Snapshot, readSnapshots } from './snapshots.ts';
import { mapState, type StateMap } from './state-map.ts';
import { StateSource } from './state-source.ts';

/** A disk has a handful of snapshots; the tables of this many are read. */
const maxStates = 1000;

/**
 * QEMU's disk images with internal snapshots of a running machine (`savevm`, virt-manager). Each
 * snapshot with a state is an entry. Nothing is read of the disk itself, nor of what backs it.
 */
export const qcow2Container: Container = {
  name: 'qcow2',
  probe({ head }) {
    const because = isQcow2(head);
    return because === undefined
      ? undefined
      : { because, strength: snapshotCountOf(head) === 0 ? 'name-only' : 'signature' };
  },
  async open(source) {
    const { head } = fileHeadOf(source);
    if (snapshotCountOf(head) === 0) {
      throw withoutMemory('a QEMU disk image (qcow2), not a dump');
    }
    return contentsOf(source);
  },
};

interface State extends ContainerEntry {
  readonly map: StateMap;
}

function* contentsOf(source: ByteSource): Generator<Progress, ContainerContents, void> {
  const header = readQcow2Header(source);
  const snapshots = readSnapshots(source, header).filter(
    ({ stateSizeInBytes }) => stateSizeInBytes > 0,
  );
  if (snapshots.length === 0) {
    throw withoutMemory('a QEMU disk image (qcow2) whose snapshots hold no memory');
  }
  const states: State[] = [];
  for (const snapshot of snapshots.slice(0, maxStates)) {
    const map = yield* mapState(source, header, snapshot);
    states.push({
      ...namesOf(snapshot, snapshots),
      sizeInBytes: map.sizeInBytes,
      kind: 'snapshot',
      map,
    });
  }
  return {
    entries: states,
    open(entry) {
      const state = states.find(({ name }) => name === entry.name);
      if (state === undefined) {
        throw new VmcorekitError('unknown-name', {
          kind: 'snapshot',
          name: entry.name,
          known: states.map(({ name }) => name),
        });
      }
      return new StateSource(source, state.map, `${source.name}//${state.name}`);
    },
    damage: [...header.damage, ...states.flatMap(({ map }) => map.damage)],
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}

function withoutMemory(what: string): VmcorekitError<'unsupported'> {
  return new VmcorekitError('unsupported', {
    what,
    advice: 'take a snapshot of the running machine with savevm, or dump-guest-memory -z DUMP',
    holds: 'no-memory',
  });
}

/** A snapshot's name is its own if no other has it; else its ID follows. Its ID chooses it too. */
function namesOf(
  { name, id }: Qcow2Snapshot,
  all: readonly Qcow2Snapshot[],
): Pick<ContainerEntry, 'name' | 'otherNames'> {
  const isUnique = name !== '' && all.filter((each) => each.name === name).length === 1;
  return { name: isUnique ? name : `${name} (${id})`, otherNames: [id] };
}
