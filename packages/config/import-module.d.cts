/** Imports a module by its URL, from wherever this package was bundled into. */
export declare function importModule(url: string): Promise<Readonly<Record<string, unknown>>>;
