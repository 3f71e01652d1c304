import { plugin as architectures } from '@vmcorekit/architectures';
import { encodeNotes, parseNotes } from '@vmcorekit/core';
import {
  buildIdNote,
  eraseinfoNote,
  prstatusNote,
  qemuCpuStateNote,
  vmcoreinfoNote,
} from '@vmcorekit/testing';
import { type FuzzTarget, must } from '../target.ts';

const byteOrders = ['little', 'big'] as const;

export const notes: FuzzTarget = {
  name: 'notes',
  summary: 'a segment of notes, registers among them',
  seeds: () =>
    byteOrders.flatMap((order) => [
      encodeNotes([prstatusNote({ pr_pid: 1 }), qemuCpuStateNote({ cr3: 0x1000n })], order),
      encodeNotes(
        [vmcoreinfoNote('OSRELEASE=6.1\n'), eraseinfoNote('x'), buildIdNote('0123456789abcdef')],
        order,
      ),
    ]),
  run(bytes) {
    const words = new Set<string>();
    for (const order of byteOrders) {
      const { notes: found, damage } = parseNotes(bytes, order, 0x1000);
      const again = parseNotes(encodeNotes(found, order), order, 0);
      must(
        again.notes.length === found.length || found.some(({ name }) => name === ''),
        `${found.length} notes, written and read again, are ${again.notes.length}`,
      );
      words.add(
        `${order} ${Math.min(found.length, 3)} ${damage.map(({ name }) => name).join(' ')}`,
      );
      for (const note of found) {
        must(note.descriptor.length <= bytes.length, 'a note is no longer than its segment');
        for (const architecture of architectures.architectures ?? []) {
          const read = architecture.registers?.read(note, order);
          words.add(read === undefined ? '' : `${read.from} ${architecture.name}`);
        }
      }
    }
    return [...words].join(' ');
  },
};
