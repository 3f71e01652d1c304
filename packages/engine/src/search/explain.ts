import {
  type Candidate,
  hex,
  isSameKernel,
  kernelPlace,
  type LocatedKernel,
  type NoKernelReason,
} from '@vmcorekit/core';

/**
 * The verdict in one sentence: where the kernel lies, or why there is none, and then `clauses`.
 * `ambiguous` lists the candidates that nothing decides between. Of a crashed kernel and its
 * capture kernel, both are named, the crashed one first.
 */
export function explain(
  kernel: LocatedKernel | null,
  reason: NoKernelReason | null,
  ambiguous: readonly Candidate[],
  candidates: readonly Candidate[],
  clauses: readonly string[],
): string {
  if (kernel !== null) {
    const others = candidates.filter(
      (candidate) => candidate.isWitnessed && !isSameKernel(candidate.kernel, kernel),
    );
    const pair = crashedAndCapture(kernel, [kernel, ...others.map((other) => other.kernel)]);
    const also = others
      .filter((other) => pair?.includes(other.kernel) !== true)
      .map((other) => `${other.kernel.role} kernel at ${placeOf(other.kernel).join(' ')}`);
    return [
      ...(pair === null
        ? whereOf(kernel)
        : pair.map((each) => `${each.role} kernel: ${whereOf(each).join(', ')}`)),
      ...(pair === null ? [] : [`the ${kernel.role} one is chosen`]),
      ...(also.length === 0 ? [] : [`the memory also holds ${also.join(', ')}`]),
      ...clauses,
    ].join('; ');
  }
  return [whyNone(reason, ambiguous), ...clauses].join('; ');
}

function whyNone(reason: NoKernelReason | null, ambiguous: readonly Candidate[]): string {
  switch (reason) {
    case 'ambiguous': {
      const places = ambiguous.map((candidate) => placeOf(candidate.kernel));
      const where = `${places[0]?.[0] ?? ''} ${places.map(([, place]) => place).join(' or ')}`;
      return ambiguous.some((candidate) => !candidate.isWitnessed)
        ? `no witness recognises the kernel that a CPU runs, and no CPU reaches what is witnessed: ${where}`
        : `several kernels are witnessed and nothing selects one: ${where}`;
    }
    case 'unsupported-architecture':
      return 'finding a kernel is not supported for this architecture';
    case 'page-limit':
      return 'the search reached its page limit before it found a kernel';
    case 'transfer-limit':
      return 'a search would have to fetch more over the network than it may';
    case 'timed-out':
      return 'the time limit ended the search before it found a kernel';
    case 'wrong-symbols':
      return 'the given symbols are not those of a kernel in this memory';
    case 'insufficient-evidence':
      return 'something looks like a kernel, but no witness could confirm it';
    default:
      return 'no kernel was found in this memory';
  }
}

/**
 * A crashed kernel and its capture kernel, in that order, because people debug the crashed one.
 * Null where the chosen kernel is neither.
 */
function crashedAndCapture(
  chosen: LocatedKernel,
  kernels: readonly LocatedKernel[],
): readonly LocatedKernel[] | null {
  const crashed = kernels.filter(({ role }) => role === 'crashed');
  const captures = kernels.filter(({ role }) => role === 'capture');
  const pair = [...crashed, ...captures];
  return crashed.length > 0 && captures.length > 0 && pair.includes(chosen) ? pair : null;
}

/** The two numbers that tools need for a kernel, in words. */
function whereOf(kernel: LocatedKernel): readonly string[] {
  return [
    placeOf(kernel).join(' is '),
    kernel.kaslrOffset === null
      ? 'the KASLR offset is not proved'
      : `the KASLR offset is ${hex(kernel.kaslrOffset)}`,
  ];
}

/** Where a kernel lies, in its architecture's own words: the name of the number, and the number. */
export function placeOf(kernel: LocatedKernel): readonly [string, string] {
  const [word, place] = kernelPlace(kernel);
  const name = word.includes(' ') ? `the ${word}` : word;
  const { physBase, textPhysicalAddress } = kernel;
  return physBase !== null || textPhysicalAddress === null
    ? [name, place]
    : [name, `${place}, with its text at ${hex(textPhysicalAddress)}`];
}
