import { plugin as analyzers } from '@vmcorekit/analyzers';
import type { Plugin } from '@vmcorekit/core';
import { searchPlugins } from './search-plugins.ts';

/**
 * The plug-ins that come with vmcorekit and need no Node: all but the openers of files and
 * addresses. Of equally strong claims, the first wins.
 */
export const defaultPlugins: readonly Plugin[] = [...searchPlugins, analyzers];
