/** A stack, or a group of equal ones, among the lines that `bt` prints. */
export interface StackBlock {
  /** `12 tasks: 1 2 …`, or `PID: 1  TASK: …`. */
  readonly head: string;
  readonly lines: readonly StackLine[];
}

export interface StackLine {
  readonly text: string;
  /** `guess`: a frame that nothing proves. `note`: which stack, or why it ends. */
  readonly kind: 'frame' | 'guess' | 'note';
}

const frame = /^\s*#\d+ (?:\[[^\]]*\] )?(\? )?/;

/** The blocks of `bt`: an empty line is between two. */
export function stackBlocks(text: string): StackBlock[] {
  return text.split('\n\n').flatMap((block) => {
    const [head, ...lines] = block.split('\n');
    return head === undefined || head === ''
      ? []
      : [{ head, lines: lines.map((line) => ({ text: line, kind: kindOf(line) })) }];
  });
}

function kindOf(line: string): StackLine['kind'] {
  const [found, guess] = frame.exec(line) ?? [];
  return found === undefined ? 'note' : guess === undefined ? 'frame' : 'guess';
}

/** The blocks that contain every word, in the head or a frame, whatever its case. */
export function blocksWith(blocks: readonly StackBlock[], filter: string): StackBlock[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return blocks.filter(({ head, lines }) => {
    const text = [head, ...lines.map((line) => line.text)].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
