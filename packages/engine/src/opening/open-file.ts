import {
  type ByteSource,
  type Damage,
  describeThrown,
  type Progress,
  type SourceOpener,
  type SourceOptions,
  shownName,
  sideIndexSuffix,
  VmcorekitError,
} from '@vmcorekit/core';
import { onlyIo, openLayers } from './open-layers.ts';
import { openPlaced, type PlacesIn } from './open-placed.ts';
import type { CompanionOpener } from './opening-context.ts';
import { placedNames } from './placed-names.ts';
import type { SideIndexFile } from './side-index.ts';

/** Separates a file from an entry inside it: `FILE//ENTRY`. */
const separator = '//';
const scheme = /^([a-z][a-z0-9+.-]*):\/\//i;
const plainScheme = /^([a-z][a-z0-9+.-]*):/i;
/** What a URL parser mends, and what comes with an address from elsewhere: another form of it. */
const misspeltScheme = /^[\s"'<]*([a-z][a-z0-9+.-]*):/i;

/** A file that a user named, with what `identify` also has to know. */
export interface OpenedFile {
  readonly source: ByteSource;
  /** The part of the name after `//`, where no file has the whole name; else undefined. */
  readonly entry: string | undefined;
  /** Where the user placed the file in memory (`FILE@ADDRESS`); undefined where they did not. */
  readonly placed?: PlacesIn;
  /** Reads a file of several layers once, and says what of it is not certain. */
  readonly check?: () => Generator<Progress, readonly Damage[], void>;
  /** `FILE@ADDRESS` as the user wrote it, where they placed the file; else undefined. */
  readonly placedName?: string;
  readonly openCompanion: CompanionOpener;
  readonly sideIndex: SideIndexFile;
}

/**
 * Opens a path or address with the opener of its scheme. A name without a known scheme is a path.
 * Throws what the opener throws, `usage` for an invalid name, and `unknown-name` where no opener
 * takes files.
 */
export async function openSource(
  openers: readonly SourceOpener[],
  url: string,
  options: SourceOptions,
): Promise<ByteSource> {
  return openerOf(openers, url).open(url, options);
}

/**
 * Opens a name as users write it. A file of the whole name comes first. `FILE//ENTRY`: the file is
 * the longest part before a `//` that can be opened. `FILE@ADDRESS`, also with several files and
 * commas between them: raw memory at these addresses. `BASE+DIFF`, also with more layers: memory
 * with what changed since. A folder: the file of a dump whose `folders` list of names it holds.
 * Throws `usage` for places that no memory has, and what `checkPart`
 * throws for one of several files.
 */
export async function openFile(
  openers: readonly SourceOpener[],
  name: string,
  checkPart: (part: ByteSource, isLayer: boolean) => void,
  folders: readonly (readonly string[])[],
  options: SourceOptions = {},
): Promise<OpenedFile> {
  const opener = heeding(openerOf(openers, name), options);
  const opened = (source: ByteSource, url: string, entry?: string): OpenedFile => ({
    source,
    entry,
    openCompanion: async (companion) => opener.companion?.(url, companion),
    sideIndex: sideIndexOf(opener, url),
  });
  try {
    return opened(await opener.open(name), name);
  } catch (error) {
    for (const { url, entry } of splitsOf(name)) {
      const source = await opener.open(url).catch(onlyIo);
      if (source !== undefined) {
        return opened(source, url, entry);
      }
    }
    // A server gets no further requests for an address that it does not have.
    const isOfFiles = opener.schemes.includes('file');
    const inFolder = isOfFiles ? await openInFolder(opener, name, folders) : undefined;
    if (inFolder !== undefined) {
      return opened(inFolder.source, inFolder.url);
    }
    const parts = placedNames(name);
    if (parts !== undefined) {
      const { source, placed } = await openPlaced(opener, name, parts, (part) =>
        checkPart(part, false),
      );
      return { ...opened(source, name), placed, placedName: shownName(name) };
    }
    // Layers need a file system that knows holes.
    const layered = isOfFiles
      ? await openLayers(opener, name, (part) => checkPart(part, true))
      : undefined;
    if (layered !== undefined) {
      return { ...opened(layered, name), check: () => layered.check() };
    }
    throw error;
  }
}

/**
 * The file of a dump that is a folder; undefined where it is none. The opener of companions keeps
 * it from leaving that folder.
 */
async function openInFolder(
  opener: SourceOpener,
  name: string,
  folders: readonly (readonly string[])[],
): Promise<{ readonly source: ByteSource; readonly url: string } | undefined> {
  for (const names of folders) {
    const held: ByteSource[] = [];
    const url = `${name.replace(/[/\\]+$/, '')}/${names[0] ?? ''}`;
    for (const each of names) {
      const source = await opener.companion?.(url, each).catch(onlyIo);
      held.push(...(source === undefined ? [] : [source]));
    }
    const [source, ...others] = held;
    for (const each of held.length === names.length ? others : held) {
      each[Symbol.dispose]();
    }
    if (source !== undefined && held.length === names.length) {
      return { source, url };
    }
  }
  return undefined;
}

/**
 * The ways to split a name into a file and an entry, the longest file first. The `//` of an address
 * does not count.
 */
function splitsOf(name: string): { readonly url: string; readonly entry: string }[] {
  const splits: { readonly url: string; readonly entry: string }[] = [];
  const least = scheme.exec(name)?.[0].length ?? 1;
  for (
    let at = name.lastIndexOf(separator);
    at >= least;
    at = name.lastIndexOf(separator, at - 1)
  ) {
    const entry = name.slice(at + separator.length);
    splits.push(...(entry === '' ? [] : [{ url: name.slice(0, at), entry }]));
  }
  return splits;
}

/** The side index of the file that this address or path names. */
function sideIndexOf(opener: SourceOpener, url: string): SideIndexFile {
  const plainName =
    opener.plainNameOf === undefined ? /[^/\\]*$/.exec(url)?.[0] : opener.plainNameOf(url);
  const name = `${plainName ?? ''}${sideIndexSuffix}`;
  return {
    name,
    open: async () => (plainName === undefined ? undefined : opener.companion?.(url, name)),
  };
}

/** The same opener, which is always given these options. */
function heeding(opener: SourceOpener, options: SourceOptions): SourceOpener {
  const { name, summary, schemes } = opener;
  return {
    name,
    summary,
    schemes,
    ...(opener.plainNameOf === undefined
      ? {}
      : { plainNameOf: (url) => opener.plainNameOf?.(url) }),
    open: (url) => opener.open(url, options),
    companion: async (url, companion) => opener.companion?.(url, companion, options),
  };
}

function openerOf(openers: readonly SourceOpener[], url: unknown): SourceOpener {
  // A caller in JavaScript may pass anything.
  if (typeof url !== 'string' || url === '') {
    throw new VmcorekitError('usage', {
      what: 'a file to open',
      got: describeThrown(url),
      allowed: 'a path or an address',
    });
  }
  const takes = (wanted: string | undefined): SourceOpener | undefined =>
    openers.find(({ schemes }) => schemes.some((each) => each === wanted?.toLowerCase()));
  const near = takes(plainScheme.exec(url)?.[1]);
  const addressed = takes(scheme.exec(url)?.[1]) ?? (near?.isRemote === true ? undefined : near);
  const [start = '', misspelt] = misspeltScheme.exec(url) ?? [];
  const meant = addressed === undefined ? takes(misspelt) : undefined;
  if (misspelt !== undefined && meant !== undefined && meant !== takes('file')) {
    throw new VmcorekitError('usage', {
      what: 'a file to open',
      got: `${start}\u2026`,
      allowed: `${misspelt.toLowerCase()}://\u2026, or ./\u2026 for a path`,
    });
  }
  const opener = addressed ?? takes('file');
  if (opener === undefined) {
    throw new VmcorekitError('unknown-name', {
      kind: 'source opener',
      name: 'file',
      known: openers.map((each) => each.name),
    });
  }
  return opener;
}
