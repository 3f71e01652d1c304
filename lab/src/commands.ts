import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mendGuest } from './dump/mend.ts';
import { guestNamed, guests } from './guests/table.ts';
import { demandRequirements } from './requirements.ts';
import { runGuest } from './run-guest.ts';

/** One line a guest. */
export function listGuests(): string {
  const width = Math.max(...guests.map((guest) => guest.name.length));
  return guests.map((guest) => `${guest.name.padEnd(width)}  ${guest.purpose}\n`).join('');
}

export interface MakeRequest {
  /** Absent: every guest. */
  readonly names: readonly string[] | undefined;
  readonly outputFolder: string;
  readonly onlyMissing: boolean;
}

/**
 * Makes guests one after another. A failed guest does not stop the others. @returns the exit code.
 */
export async function makeGuests(request: MakeRequest): Promise<number> {
  const outputFolder = resolve(request.outputFolder);
  const chosen = (request.names?.map(guestNamed) ?? guests).filter(
    (guest) => !(request.onlyMissing && existsSync(join(outputFolder, guest.name, 'truth.json'))),
  );
  demandRequirements(chosen);
  let failures = 0;
  for (const guest of chosen) {
    const startedAt = Date.now();
    try {
      const truth = await runGuest(guest, outputFolder);
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      process.stdout.write(
        `${guest.name}: ${truth.dumps.length} dumps in ${seconds} s; ${showKernels(truth.kernels)}\n`,
      );
    } catch (error) {
      failures++;
      process.stderr.write(`${guest.name}: failed: ${(error as Error).message}\n`);
    }
  }
  return failures === 0 ? 0 : 1;
}

/**
 * Repairs the guests' dumps with vmcorekit, and runs makedumpfile on the results. @returns the exit
 * code.
 */
export async function mendGuests(names: readonly string[], outputFolder: string): Promise<number> {
  if (names.length === 0) {
    throw new Error('name the guests to mend: npm run lab -- mend NAME...');
  }
  for (const name of names) {
    const records = await mendGuest(join(resolve(outputFolder), name));
    process.stdout.write(`${name}: ${records.map(({ format }) => format).join(', ')}\n`);
  }
  return 0;
}

function showKernels(kernels: Awaited<ReturnType<typeof runGuest>>['kernels']): string {
  const shown = kernels.map((kernel) => {
    const place =
      kernel.physBase === null
        ? `image offset ${kernel.imageOffset}, text at ${kernel.textPhysicalAddress}`
        : `phys_base ${signedHex(kernel.physBase)}`;
    const kaslrOffset = kernel.kaslrOffset === null ? 'none' : signedHex(kernel.kaslrOffset);
    return `${kernel.release} ${kernel.role}, ${place}, KASLR offset ${kaslrOffset}`;
  });
  return shown.length === 0 ? 'no kernel' : shown.join('; ');
}

function signedHex(value: number): string {
  return `${value < 0 ? '-' : ''}0x${Math.abs(value).toString(16)}`;
}
