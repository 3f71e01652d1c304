// Writes the man pages (mdoc) out of the built command's tables, into packages/vmcorekit/man. Their
// date is the day of the build, or SOURCE_DATE_EPOCH.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadCommands } from '../packages/vmcorekit/dist/command.js';
import { commands as table } from '../packages/vmcorekit/dist/commands/index.js';
import { version } from '../packages/vmcorekit/dist/version.js';
import { commandPage, mainPage, pageOf } from './man/pages.mjs';

const folder = fileURLToPath(new URL('../packages/vmcorekit/', import.meta.url));
const { description } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
const { SOURCE_DATE_EPOCH: seconds } = process.env;
const heading = {
  version: version(),
  date: new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(
    seconds === undefined ? new Date() : new Date(Number(seconds) * 1000),
  ),
};
const commands = await loadCommands(table);
rmSync(`${folder}man`, { recursive: true, force: true });
mkdirSync(`${folder}man`);
write('vmcorekit', mainPage(commands, description, heading));
for (const command of commands) {
  write(pageOf(command.name), commandPage(command, heading));
}

function write(name, text) {
  writeFileSync(`${folder}man/${name}.1`, text);
}
