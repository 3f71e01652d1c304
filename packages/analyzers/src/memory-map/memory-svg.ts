import { printable, sizeText } from '@vmcorekit/core';
import type { MemoryMap } from './memory-map-data.ts';
import { kinds } from './picture.ts';

const columns = 64;
const cellInPixels = 12;
const marginInPixels = 16;
const labelWidthInPixels = 132;
const lineInPixels = 18;

/** Colours that also differ in grey, and for most people with reduced colour vision. */
const colours: Readonly<Record<string, string>> = {
  '#': '#9fb8d0',
  '0': '#e8e8e8',
  '~': '#c9b3dd',
  x: '#f2d9a0',
  '-': '#ffffff',
  '!': '#d62728',
  '.': '#f7f7f7',
  T: '#1f3d7a',
  R: '#5b7fc7',
  D: '#2c8c7c',
};
const pageTableColour = '#8a1c7c';

/** How many slices a drawing has: as many rows as columns. */
export const svgSlices: number = columns * columns;

export interface Drawing {
  readonly sliceInBytes: number;
  readonly start: number;
  /** One character for each slice, as `Picture` draws them. */
  readonly slices: string;
  /** `P` where a slice holds page tables. */
  readonly pageTables: string;
}

/**
 * The memory map as an SVG picture: a grid of slices, row by row, with a legend. Needs no font,
 * script or other file.
 */
export function memorySvg(title: string, map: MemoryMap, drawing: Drawing): string {
  const rows = Math.ceil(drawing.slices.length / columns);
  const top = marginInPixels + 2.5 * lineInPixels;
  const legendTop = top + rows * cellInPixels + 1.5 * lineInPixels;
  const legend = legendLines(map, drawing);
  const width = labelWidthInPixels + columns * cellInPixels + 2 * marginInPixels;
  const height = legendTop + legend.length * lineInPixels + marginInPixels;
  const about = `${sizeText(drawing.sliceInBytes)} a square, ${sizeText(drawing.sliceInBytes * columns)} a row`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="monospace" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    textAt(marginInPixels, marginInPixels + 12, title, ' font-weight="bold" font-size="14"'),
    textAt(marginInPixels, marginInPixels + 12 + lineInPixels, about),
    ...Array.from({ length: rows }, (_, row) => rowOf(drawing, row, top + row * cellInPixels)),
    ...legend.map(({ colour, text }, index) =>
      legendLine(colour, text, legendTop + index * lineInPixels),
    ),
    '</svg>',
    '',
  ].join('\n');
}

function rowOf(
  { slices, pageTables, start, sliceInBytes }: Drawing,
  row: number,
  y: number,
): string {
  const first = row * columns;
  const characters = slices.slice(first, first + columns);
  const label =
    row % 4 === 0
      ? textAt(
          marginInPixels,
          y + cellInPixels - 2,
          `0x${(start + first * sliceInBytes).toString(16)}`,
        )
      : '';
  const parts: string[] = [];
  // Equal squares in a row are one rectangle.
  for (const { 0: run, index } of characters.matchAll(/(.)\1*/gs)) {
    const colour = colours[run.charAt(0)];
    if (colour !== undefined) {
      const x = labelWidthInPixels + marginInPixels + index * cellInPixels;
      parts.push(
        `<rect x="${x}" y="${y}" width="${run.length * cellInPixels - 1}" height="${cellInPixels - 1}" fill="${colour}"/>`,
      );
    }
  }
  for (const { index } of pageTables.slice(first, first + columns).matchAll(/P/g)) {
    const x = labelWidthInPixels + marginInPixels + index * cellInPixels + 3;
    parts.push(`<rect x="${x}" y="${y + 3}" width="5" height="5" fill="${pageTableColour}"/>`);
  }
  return label + parts.join('');
}

function legendLines(
  map: MemoryMap,
  { slices }: Drawing,
): { readonly colour: string; readonly text: string }[] {
  const amounts = new Map<string, number>();
  for (const { pages } of map.ranges) {
    for (const [state, { bytes }] of Object.entries(pages)) {
      amounts.set(state, (amounts.get(state) ?? 0) + bytes);
    }
  }
  for (const { kind, lengthInBytes } of map.image) {
    amounts.set(`kernel ${kind}`, (amounts.get(`kernel ${kind}`) ?? 0) + lengthInBytes);
  }
  const shown = kinds.filter(
    ({ name, character }) => amounts.has(name) || slices.includes(character),
  );
  const tables = map.pageTables;
  return [
    ...shown.map(({ name, character }) => ({
      colour: colours[character] ?? '#ffffff',
      text: `${name}: ${sizeText(amounts.get(name) ?? 0)}`,
    })),
    ...(tables === null
      ? []
      : [
          {
            colour: pageTableColour,
            text: `page tables of the kernel and its CPUs: ${sizeText(tables.bytes)} (small squares)`,
          },
        ]),
    {
      colour: '#ffffff',
      text: 'a square shows its most common state; kernel text, data and page tables show through',
    },
  ];
}

function legendLine(colour: string, text: string, y: number): string {
  return `<rect x="${marginInPixels}" y="${y}" width="11" height="11" fill="${colour}" stroke="#888888" stroke-width="${colour === '#ffffff' ? 0 : 0.5}"/>${textAt(marginInPixels + 20, y + 10, text)}`;
}

function textAt(x: number, y: number, text: string, attributes: string = ''): string {
  return `<text x="${x}" y="${y}"${attributes}>${escaped(text)}</text>`;
}

/** Escapes text: a file's name may hold anything, and a browser may open the picture. */
function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
