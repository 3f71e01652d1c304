import { imageOffsetOf } from '../truth/location.ts';
import { statedNumbers } from '../truth/stated-numbers.ts';
import type { KernelTruth } from '../truth/truth.ts';
import type { IsKernelRoot } from './kernel-roots.ts';
import type { ProbedKernel } from './probe-output.ts';

/**
 * Each field of an answer that is not null and not true of this kernel, in words.
 * @param roles those that are true of it
 */
export function describeWrongFields(
  said: ProbedKernel,
  kernel: KernelTruth,
  roles: readonly string[],
  isKernelRoot: IsKernelRoot,
): readonly string[] {
  const complaints: string[] = [];
  const expect = (
    name: Exclude<keyof ProbedKernel, 'numbers'>,
    isTrue: (value: string | number) => boolean,
    wanted: string | number | null,
  ): void => {
    const value = said[name];
    if (value !== null && !isTrue(value)) {
      complaints.push(`${name} ${value}, not ${wanted}`);
    }
  };
  const { physBase, kaslrOffset, pagingLevels, release, buildId } = kernel;
  const { textVirtualAddress, textPhysicalAddress } = kernel;
  const imageOffset = imageOffsetOf(kernel);
  expect('imageOffset', sameAddress(imageOffset), imageOffset);
  expect('physBase', (value) => value === physBase, physBase);
  // Where kernels know no KASLR, an offset of 0 says so too.
  expect('kaslrOffset', (value) => value === (kaslrOffset ?? 0), kaslrOffset);
  expect('textVirtualAddress', sameAddress(textVirtualAddress), textVirtualAddress);
  expect('textPhysicalAddress', sameAddress(textPhysicalAddress), textPhysicalAddress);
  expect(
    'pageTableRoot',
    (value) => isKernelRoot(kernel, BigInt(value)),
    `a root of this kernel (its own is ${kernel.pageTableRoot})`,
  );
  expect('pagingLevels', (value) => value === pagingLevels, pagingLevels);
  expect('release', (value) => value === release, release);
  expect('buildId', (value) => value === buildId, buildId);
  expect('role', (value) => roles.includes(String(value)), roles.join(' or '));
  const stated = statedNumbers(kernel);
  for (const [name, value] of Object.entries(said.numbers)) {
    if (BigInt(value) !== stated.get(name)) {
      complaints.push(`${name} ${value}, not ${stated.get(name)}`);
    }
  }
  return complaints;
}

/**
 * Whether an answer, as far as it goes, is about the kernel at this place. On machines where every
 * kernel has the same image offset, only the text's physical address distinguishes them.
 */
export function isSamePlace(said: ProbedKernel, kernel: KernelTruth): boolean {
  if (kernel.physBase !== null) {
    return said.physBase === kernel.physBase;
  }
  const { imageOffset, textPhysicalAddress } = said;
  return (
    imageOffset !== null &&
    sameAddress(imageOffsetOf(kernel))(imageOffset) &&
    (textPhysicalAddress === null || sameAddress(kernel.textPhysicalAddress)(textPhysicalAddress))
  );
}

/**
 * The parts of a kernel's place that an answer leaves open. The image offset and the KASLR offset
 * say it all; where kernels know no KASLR, the text's physical address must be there too.
 */
export function leftOpen(said: ProbedKernel, kernel: KernelTruth): readonly string[] {
  const place = kernel.physBase === null ? 'imageOffset' : 'physBase';
  const more = kernel.kaslrOffset === null ? 'textPhysicalAddress' : 'kaslrOffset';
  return ([place, more] as const).filter((name) => said[name] === null);
}

function sameAddress(wanted: string): (value: string | number) => boolean {
  return (value) => BigInt(value) === BigInt(wanted);
}
