import internals from 'cosmiconfig/dist/Explorer.js';

export interface Explorer {
  search(from: string): Promise<{ readonly filepath: string } | null>;
}
export type ExplorerOf = (place: string) => Explorer;

interface Internals {
  readonly Explorer: new (options: Readonly<Record<string, unknown>>) => Explorer;
}

/**
 * cosmiconfig, restricted to one file name in the given folder. Its own entry point will not do:
 * when constructed, that looks for cosmiconfig's own configuration in the working directory, and
 * runs `.config/config.js` there. The loader returns the text unparsed, because cosmiconfig obeys
 * `$import` in what a loader returns.
 */
export const explorerOf: ExplorerOf = (place) =>
  new (internals as unknown as Internals).Explorer({
    moduleName: 'vmcorekit',
    searchPlaces: [place],
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: true,
    loaders: {
      default:
        place === 'package.json' ? manifestLoader : (_path: string, text: string) => ({ text }),
    },
    transform: (result: unknown) => result,
    metaConfigFilePath: null,
    mergeImportArrays: false,
    cache: false,
  });

/**
 * Says only whether the manifest has the key. A file that is not JSON is no manifest, and no error
 * of ours.
 */
function manifestLoader(
  _path: string,
  text: string,
): { readonly vmcorekit?: { readonly text: string } } {
  try {
    const manifest: unknown = JSON.parse(text);
    return typeof manifest === 'object' && manifest !== null && Object.hasOwn(manifest, 'vmcorekit')
      ? { vmcorekit: { text } }
      : {};
  } catch {
    return {};
  }
}
