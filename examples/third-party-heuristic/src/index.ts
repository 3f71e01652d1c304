import { definePlugin, type Plugin } from '@vmcorekit/core';
import { acmeNote } from './acme-note.ts';

const plugin: Plugin = definePlugin({ name: 'acme', heuristics: [acmeNote] });

export default plugin;
