import type { HeuristicSetting, Settings } from '@vmcorekit/config';
import { hex, printable } from '@vmcorekit/core';

/** Each setting that is set, as people read it. */
export function settingTexts(settings: Settings): (readonly [name: keyof Settings, text: string])[] {
  const { heuristics, acceptAt, timeLimitInMilliseconds, physBase, kaslrOffset, symbols } = settings;
  const rows: readonly (readonly [keyof Settings, string | undefined])[] = [
    ['heuristics', heuristics?.map(heuristicText).join(', ')],
    ['acceptAt', acceptAt],
    ['timeLimitInMilliseconds', timeLimitInMilliseconds === undefined ? undefined : String(timeLimitInMilliseconds)],
    ['physBase', physBase === undefined ? undefined : hex(physBase)],
    ['kaslrOffset', kaslrOffset === undefined ? undefined : hex(kaslrOffset)],
    ['symbols', symbols === undefined ? undefined : symbols.join(', ') || 'none: the release is not known'],
  ];
  return rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, printable(text)] as const]));
}

function heuristicText({ name, options }: HeuristicSetting): string {
  const texts = Object.entries(options).map(([option, value]) => `${option}=${value}`);
  return texts.length === 0 ? name : `${name} (${texts.join(', ')})`;
}
