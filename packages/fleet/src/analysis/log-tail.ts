import type { OpenedDump } from 'vmcorekit';

const maxLines = 60;
const maxLineLength = 500;

/** The last lines of the kernel's log, as `dmesg` shows them; empty where it cannot be read. */
export async function logTailOf(dump: OpenedDump): Promise<readonly string[]> {
  try {
    const { data, text } = await dump.analyze('kernel-log', { options: { tail: maxLines } });
    return data === null || !Array.isArray(text)
      ? []
      : text.slice(-maxLines).map((line) => String(line).slice(0, maxLineLength));
  } catch {
    // The report is good without it.
    return [];
  }
}
