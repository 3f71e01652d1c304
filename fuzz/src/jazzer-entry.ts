import { outcomeOf } from './outcome.ts';
import { targets } from './targets/index.ts';

const name: string | undefined = process.env.VMCOREKIT_FUZZ_TARGET;
const target = targets.find((candidate) => candidate.name === name);

/** The entry for Jazzer.js, with the target that the environment names. */
export async function fuzz(data: Uint8Array): Promise<void> {
  if (target === undefined) {
    throw new Error(
      `VMCOREKIT_FUZZ_TARGET is '${name}'; there are ${targets.map((each) => each.name).join(', ')}`,
    );
  }
  await outcomeOf(target, new Uint8Array(data));
}
