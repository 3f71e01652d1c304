import {
  type Finding,
  type Heuristic,
  isVmcorekitError,
  type KernelClaim,
  latin1UntilNul,
  type Note,
  parseSize,
} from '@vmcorekit/core';

/** Our capture tool writes little; a longer note is not from it. */
const longestNoteInBytes = 1024;

/**
 * Reads the note that our capture tool puts into a dump: lines of text, `phys_base=0x600000` and
 * `kaslr_offset=0x0`, as the hypervisor's agent inside the guest reported them. It claims what the
 * note says and no more; witnesses check it.
 */
export const acmeNote: Heuristic = {
  name: 'acme-note',
  summary: 'reads what the capture tool of ACME noted',
  needs: [],
  cost: 'header',
  yields: ['physBase', 'kaslrOffset'],
  looksAt: 'notes called ACME',
  architectures: ['x86_64'],
  options: {
    note: { type: 'string', summary: 'the name of the note', default: 'ACME' },
  },
  *run({ dump }, options): Generator<Finding, void, void> {
    for (const note of dump.image.notes) {
      if (note.name === options.note && note.descriptor.length <= longestNoteInBytes) {
        const claim = claimOf(note);
        if (claim.physBase !== undefined) {
          yield {
            kind: 'candidate',
            evidence: 'header',
            strength: 'weak',
            claim,
            because: `the note ${note.name} says phys_base ${claim.physBase}`,
            at: [{ fileOffset: note.fileOffset }],
          };
        }
      }
    }
  },
};

/** Leaves out what is missing or no size: a heuristic never guesses. */
function claimOf(note: Note): KernelClaim {
  const lines = latin1UntilNul(note.descriptor).split('\n');
  const sizeOf = (key: string): number | undefined => {
    const line = lines.find((one) => one.startsWith(`${key}=`));
    try {
      return line === undefined ? undefined : parseSize(line.slice(key.length + 1), key);
    } catch (error) {
      if (isVmcorekitError(error, 'usage')) {
        return undefined;
      }
      throw error;
    }
  };
  const physBase = sizeOf('phys_base');
  const kaslrOffset = sizeOf('kaslr_offset');
  return {
    ...(physBase === undefined ? {} : { physBase }),
    ...(kaslrOffset === undefined ? {} : { kaslrOffset }),
  };
}
