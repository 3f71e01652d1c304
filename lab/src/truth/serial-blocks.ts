export const blockBegin = '===LAB-TRUTH-BEGIN===';
export const blockEnd = '===LAB-TRUTH-END===';
export const sectionMark = '@@@ ';

/** One complete block of truth: what a kernel's user space printed, section by section. */
export type TruthBlock = ReadonlyMap<string, string>;

/** The number of complete blocks on the console so far. */
export function countBlocks(consoleText: string): number {
  return consoleText.split(blockEnd).length - 1;
}

/**
 * Extracts the blocks of truth from a console's text, in the order in which they were printed.
 * @throws {Error} when a block begins and does not end.
 */
export function parseBlocks(consoleText: string): readonly TruthBlock[] {
  const [, ...beginnings] = consoleText.replaceAll('\r', '').split(blockBegin);
  return beginnings.map((beginning, index) => {
    const end = beginning.indexOf(blockEnd);
    if (end < 0) {
      throw new Error(`truth block ${index + 1} does not end`);
    }
    return parseSections(beginning.slice(0, end));
  });
}

function parseSections(body: string): TruthBlock {
  const [, ...sections] = `\n${body}`.split(`\n${sectionMark}`);
  return new Map(
    sections.map((section) => {
      const [name = '', ...lines] = section.split('\n');
      return [name.trim(), lines.join('\n').trimEnd()];
    }),
  );
}

/** @throws {Error} when the guest did not print this section. */
export function sectionOf(block: TruthBlock, name: string): string {
  const section = block.get(name);
  if (section === undefined) {
    throw new Error(`the guest printed no ${name}`);
  }
  return section;
}
