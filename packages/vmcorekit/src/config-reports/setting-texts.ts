import type { HeuristicSetting, Settings } from '@vmcorekit/config';
import { hex, plural, printable } from '@vmcorekit/core';

/** Each setting that is set, as people read it. */
export interface SettingText {
  readonly name: keyof Settings;
  /** As a configuration names it. */
  readonly label: string;
  readonly text: string;
}

export function settingTexts(settings: Settings): SettingText[] {
  const {
    heuristics,
    acceptAt,
    pageLimit,
    timeLimitInMilliseconds,
    physBase,
    kaslrOffset,
    imageOffset,
    textAt,
    symbols,
  } = settings;
  const rows: readonly (readonly [keyof Settings, string | undefined])[] = [
    ['heuristics', heuristics?.map(heuristicText).join(', ')],
    ['acceptAt', acceptAt],
    ['pageLimit', pageLimit === undefined ? undefined : plural(pageLimit, 'page')],
    [
      'timeLimitInMilliseconds',
      timeLimitInMilliseconds === undefined ? undefined : `${timeLimitInMilliseconds} ms`,
    ],
    ['physBase', physBase === undefined ? undefined : hex(physBase)],
    ['kaslrOffset', kaslrOffset === undefined ? undefined : hex(kaslrOffset)],
    ['imageOffset', imageOffset === undefined ? undefined : hex(imageOffset)],
    ['textAt', textAt === undefined ? undefined : hex(textAt)],
    [
      'symbols',
      symbols === undefined ? undefined : symbols.join(', ') || 'none: the release is not known',
    ],
  ];
  return rows.flatMap(([name, text]) =>
    text === undefined
      ? []
      : [
          {
            name,
            label: name === 'timeLimitInMilliseconds' ? 'timeLimit' : name,
            text: printable(text),
          },
        ],
  );
}

function heuristicText({ name, options }: HeuristicSetting): string {
  const texts = Object.entries(options).map(([option, value]) => `${option}=${value}`);
  return texts.length === 0 ? name : `${name} (${texts.join(', ')})`;
}
