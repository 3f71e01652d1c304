import type { JobResult } from './job.ts';
import { type Report, ratios } from './report.ts';

const width = 940;
const labelWidth = 370;
const rowHeight = 22;
const top = 54;
const room = width - labelWidth - 90;
const longestRatio = 100;
const heading = 'How many times as long as vmcorekit: peers at the same job';

/**
 * Draws bars of how many times as long peers take, on a logarithmic axis. Left of 1, the peer is
 * faster.
 */
export function picture(report: Report): string {
  const bars = report.jobs.flatMap(barsOf);
  const height = top + bars.length * rowHeight + 40;
  const x = (ratio: number): number =>
    labelWidth + (room * (Math.log10(clamped(ratio)) + 1)) / (Math.log10(longestRatio) + 1);
  const ticks = [0.1, 0.5, 1, 2, 5, 10, 20, 50, 100];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${heading}</title>`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<text x="10" y="20" font-size="15">${heading}</text>`,
    `<text x="10" y="38" fill="#555">${escaped(captionOf(report))}</text>`,
    ...ticks.map(
      (tick) =>
        `<line x1="${x(tick)}" x2="${x(tick)}" y1="${top - 6}" y2="${height - 30}" stroke="${tick === 1 ? '#333' : '#ddd'}"/>` +
        `<text x="${x(tick)}" y="${height - 14}" text-anchor="middle" fill="#555">${tick}</text>`,
    ),
    ...bars.map(({ label, ratio }, index) => {
      const y = top + index * rowHeight;
      const [from, to] = [Math.min(x(1), x(ratio)), Math.max(x(1), x(ratio))];
      const colour = ratio >= 1 ? '#2a7' : '#c63';
      return (
        `<text x="${labelWidth - 8}" y="${y + 14}" text-anchor="end">${escaped(label)}</text>` +
        `<rect x="${from}" y="${y + 3}" width="${Math.max(1, to - from)}" height="${rowHeight - 7}" fill="${colour}"/>` +
        `<text x="${Math.max(x(1), to) + 5}" y="${y + 14}">${ratio.toFixed(2)}</text>`
      );
    }),
    '</svg>',
    '',
  ].join('\n');
}

function barsOf({
  name,
  results: [ours, ...peers],
}: JobResult): { label: string; ratio: number }[] {
  return ours === undefined
    ? []
    : peers.map((peer) => ({ label: `${name}: ${peer.tool}`, ratio: ratios(ours, peer).wall }));
}

function captionOf({ machine, versions }: Report): string {
  const tools = Object.entries(versions).map(([tool, version]) => `${tool} ${version}`);
  return `${machine.processor}, ${machine.cores} cores, Node ${machine.node}; ${tools.join(', ')}`;
}

function clamped(ratio: number): number {
  return Math.min(longestRatio, Math.max(0.1, ratio));
}

/** Escapes names, which come from tools' output and the processor. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
