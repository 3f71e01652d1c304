/** How much a row shows in a given width. */
export interface GridShape {
  readonly bytesPerRow: 8 | 16;
  readonly hasText: boolean;
  /** Small type, for phones. */
  readonly isNarrow: boolean;
  readonly addressDigits: number;
}

/** Widths of the style sheet, in the width of a digit. */
const padding = 2;
const gap = 2;
const byteWidth = { usual: 2.8, narrow: 2.5 } as const;
/** The width of a digit in pixels, of the type in use; a little more than any system font has. */
const digitInPixels = { usual: 7.8, narrow: 6.8 } as const;

/** The fullest row that fits. `end` is the end of the space that is shown. */
export function gridShape(widthInPixels: number, end: bigint): GridShape {
  const addressDigits = (end - 1n).toString(16).length;
  const all = ([16, 8] as const).flatMap((bytesPerRow) =>
    ([true, false] as const).flatMap((hasText) =>
      ([false, true] as const).map((isNarrow) => ({
        bytesPerRow,
        hasText,
        isNarrow,
        addressDigits,
      })),
    ),
  );
  // Sixteen bytes without their text are less use than eight with it.
  const wanted = all.filter(({ bytesPerRow, hasText }) => bytesPerRow === 8 || hasText);
  const fits = wanted.find((shape) => widthOf(shape) <= widthInPixels);
  return fits ?? { bytesPerRow: 8, hasText: false, isNarrow: true, addressDigits };
}

function widthOf({ bytesPerRow, hasText, isNarrow, addressDigits }: GridShape): number {
  const type = isNarrow ? 'narrow' : 'usual';
  const bytes = bytesPerRow * byteWidth[type] + (bytesPerRow === 16 ? 1 : 0);
  const text = hasText ? gap + bytesPerRow : 0;
  return (padding + addressDigits + gap + bytes + text) * digitInPixels[type];
}
