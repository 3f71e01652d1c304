import type { HeaderValue } from '@vmcorekit/core';
import type { InfoAnswer } from '../text/info-report.ts';
import { conditionsJson, dumpJson } from './dump-json.ts';
import { addressJson, type Json, type JsonObject } from './json-line.ts';
import { layoutJson, originJson } from './verdict-json.ts';
import { damageJson } from './verification-json.ts';

/** The answer of `info`. docs/json.md describes it. */
export function infoJson({ dump, origin, tally, damage }: InfoAnswer): JsonObject {
  const { image, cpus, vmcoreinfo } = dump;
  return {
    ...dumpJson(dump),
    byteOrder: image.byteOrder,
    wordSizeInBits: image.wordSizeInBits,
    origin: originJson(origin),
    header: Object.fromEntries(
      [...dump.containerHeader, ...image.header].map(([field, value]) => [
        field,
        headerJson(value),
      ]),
    ),
    memory: {
      ranges: image.memory.ranges.map(({ start, end }) => ({
        start: addressJson(start),
        end: addressJson(end),
      })),
      pages: tally === null ? null : { ...tally.pages },
      ...(image.memoryLayout === undefined ? {} : { layout: layoutJson(image.memoryLayout) }),
    },
    cpus: cpus.map(({ index, pid, registers, from }) => ({
      index,
      pid,
      from,
      registers: Object.fromEntries(
        [...registers].map(([name, value]) => [name, addressJson(value)]),
      ),
    })),
    notes: image.notes.map(({ name, type, descriptor, fileOffset }) => ({
      name,
      type,
      sizeInBytes: descriptor.length,
      fileOffset,
    })),
    vmcoreinfo:
      vmcoreinfo === null
        ? null
        : { release: vmcoreinfo.release ?? null, keys: vmcoreinfo.size, text: vmcoreinfo.text },
    eraseinfo: image.eraseinfo,
    conditions: conditionsJson(dump.damage),
    damage: damageJson(damage),
  };
}

/**
 * A 64-bit field may hold more than a JSON number can. Then it is a decimal string, signed like the
 * field.
 */
function headerJson(value: HeaderValue): Json {
  return typeof value === 'bigint' ? value.toString() : value;
}
