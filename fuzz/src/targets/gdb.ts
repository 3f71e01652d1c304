import { GdbSession, type GdbTarget, gdbMachineOf, maxPacketLength } from '@vmcorekit/gdb';
import { type FuzzTarget, must } from '../target.ts';

const machine = gdbMachineOf('x86_64');
const memory = new Uint8Array(64).map((_, at) => at);
const execFile = { name: '/vmlinux', bytes: () => memory };

async function* monitor(line: string): AsyncGenerator<string, void, void> {
  yield line;
}

/** A client's bytes as they are, in two chunks. */
export const gdbRequests: FuzzTarget = {
  name: 'gdb-requests',
  summary: 'what a client of the gdb server sends',
  seeds: () =>
    [
      '+$qSupported:multiprocess+#c6+$QStartNoAckMode#b0',
      '+$qXfer:features:read:target.xml:0,fff#7d',
      '+$qXfer:threads:read::0,1000#92+$qfThreadInfo#bb+$qsThreadInfo#c8',
      '+$mffffffff81000000,40#6e-+$g#67+$p10#d1',
      '+$qRcmd,7073#d5',
      '+$vFile:open:2f766d6c696e7578,0,0#b2+$vFile:pread:3,40,0#ee',
      '$Hg2#e1$T2#86$D#44',
    ].map((text) => Uint8Array.from(text, (character) => character.charCodeAt(0))),
  async run(bytes) {
    const session = new GdbSession(target());
    const half = bytes.length >> 1;
    const packets = bytes.reduce(
      (count, byte) => count + Number(byte === 0x23 || byte === 0x2d),
      0,
    );
    let length = 0;
    let answers = 0;
    for (const chunk of [bytes.subarray(0, half), bytes.subarray(half)]) {
      session.receive(chunk);
      for await (const answer of session.answers()) {
        length += answer.length;
        answers++;
        must(answers <= 4 * packets, 'more answers than requests');
      }
    }
    must(length <= packets * (maxPacketLength + 8), 'an answer longer than a packet');
    return `${Math.min(answers, 8)} answers, ${Math.ceil(Math.log2(length + 1))} bits`;
  },
};

function target(): GdbTarget {
  if (machine === undefined) {
    throw new Error('gdb knows x86_64');
  }
  return {
    machine,
    byteOrder: 'little',
    textSegment: 0xffffffff81000000n,
    threads: () => [1, 2].map((id) => ({ id, name: `task ${id}`, details: '<&', cpu: null })),
    registersOf: ({ id }) => (id === 1 ? new Map([['rip', 1n]]) : null),
    read: (address, lengthInBytes) =>
      memory.slice(Number(address & 0x3fn)).subarray(0, lengthInBytes),
    monitor,
    execFile,
  };
}
