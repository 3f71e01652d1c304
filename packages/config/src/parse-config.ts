import { VmcorekitError } from '@vmcorekit/core';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { KeyPath, UncheckedFile } from './config-file.ts';

/**
 * Reads YAML (or JSON, a part of YAML) and remembers the line of each value. Throws `bad-config`.
 */
export function parseConfig(path: string, text: string): UncheckedFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new VmcorekitError(
      'bad-config',
      { file: path, line: lines.linePos(error.pos[0]).line, key: '', because: error.message },
      { cause: error },
    );
  }
  return {
    path,
    config: contentsOf(path, document),
    lineOf: (keys) => lineOf(document, lines, keys),
  };
}

/**
 * The value of one key of a JSON or YAML file, as if it were the whole file:
 * `package.json#vmcorekit`.
 */
export function withinKey(file: UncheckedFile, key: string): UncheckedFile {
  const config = (file.config as Readonly<Record<string, unknown>>)[key];
  return { ...file, config, lineOf: (keys) => file.lineOf([key, ...keys]) };
}

function contentsOf(path: string, document: Document.Parsed): unknown {
  try {
    // An empty file is an empty configuration. The parser limits aliases, so none can blow up.
    return document.toJS() ?? {};
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    throw new VmcorekitError(
      'bad-config',
      { file: path, line: null, key: '', because },
      { cause: error },
    );
  }
}

function lineOf(document: Document.Parsed, lines: LineCounter, keys: KeyPath): number {
  for (let length = keys.length; length > 0; length--) {
    const inside = document.getIn(keys.slice(0, length - 1), true);
    const last = keys[length - 1];
    const pair = isMap(inside) ? inside.items.find((item) => String(item.key) === last) : undefined;
    const node = pair?.key ?? document.getIn(keys.slice(0, length), true);
    if (isNode(node) && node.range != null) {
      return lines.linePos(node.range[0]).line;
    }
  }
  return isNode(document.contents) && document.contents.range != null
    ? lines.linePos(document.contents.range[0]).line
    : 1;
}
