import { printable, printableLine, type Report } from '@vmcorekit/core';
import { type Json, plainJson } from '../json/json-line.ts';
import { plainStyle } from '../layout/style.ts';
import { analysisText } from '../text/analysis-text.ts';
import { htmlLines, htmlPicture, htmlTable } from './html.ts';
import type { MimeBundle } from './mime-bundle.ts';

const width = 100;

/** The report of an analyzer, for a notebook: its picture, its tables, its lines, its remarks. */
export function reportBundle({ text, data, svg, remarks = [] }: Report): MimeBundle {
  const said = remarks.map((remark) => `remark: ${remark}`);
  const json = plainJson(data);
  return {
    'text/plain': shownText(analysisText([...text, ...said], plainStyle(width))),
    'text/html': [
      ...(svg === undefined ? [] : [htmlPicture(svg)]),
      ...htmlParts(text),
      htmlLines(said),
    ].join(''),
    ...(svg === undefined ? {} : { 'image/svg+xml': svg }),
    ...(isShownAsJson(json) ? { 'application/json': shownJson(json) } : {}),
  };
}

/** An answer that is ready to print, and the same as JSON. */
export function textBundle(text: string, json: Json): MimeBundle {
  return {
    'text/plain': shownText(text),
    'text/html': htmlLines(text.trimEnd().split('\n')),
    'application/json': shownJson(json),
  };
}

/** Lines that follow one another stand together. */
function htmlParts(text: Report['text']): string[] {
  const parts: string[] = [];
  let lines: string[] = [];
  for (const part of text) {
    if (typeof part === 'string') {
      lines.push(part);
    } else {
      parts.push(htmlLines(lines), htmlTable(part));
      lines = [];
    }
  }
  return [...parts, htmlLines(lines)];
}

/**
 * JSON for people: its texts are as safe to show as those of a terminal. A program reads the `data`
 * of a report, which has the texts as they are.
 */
function shownJson(json: Json): Json {
  if (typeof json === 'string') {
    return shownText(json);
  }
  if (typeof json !== 'object' || json === null) {
    return json;
  }
  return Array.isArray(json)
    ? json.map(shownJson)
    : Object.fromEntries(
        Object.entries(json).map(([key, value]) => [printable(key), shownJson(value)]),
      );
}

/** Text whose lines stay, and in which nothing else steers what shows it. */
function shownText(text: string): string {
  return text.split('\n').map(printableLine).join('\n');
}

/** Notebooks show only objects and lists as JSON. */
function isShownAsJson(json: Json): boolean {
  return typeof json === 'object' && json !== null;
}
