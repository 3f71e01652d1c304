// The man pages, out of the tables that parse the command line.
import { generalExits } from '../../packages/vmcorekit/dist/exit-status.js';
import { globalOptions } from '../../packages/vmcorekit/dist/global-options.js';
import { environment, files } from './facts.mjs';
import { argument, literalLine, prose } from './mdoc.mjs';

/** The page of a command. `heading` is of the whole manual: its date, and the version. */
export function commandPage({ name, summary, command }, heading) {
  const { operands, options, details, examples, exits } = command;
  return page([
    head(pageOf(name), heading),
    section('NAME', [`.Nm ${pageOf(name)}`, `.Nd ${prose(summary)}`]),
    section('SYNOPSIS', [
      '.Nm vmcorekit',
      `.Cm ${name}`,
      '.Op Ar option ...',
      ...operands.map(operandLine),
    ]),
    section('DESCRIPTION', paragraphs(details)),
    section('OPTIONS', [
      ...optionList(options),
      'The options of every command are in',
      '.Xr vmcorekit 1 .',
    ]),
    section('ENVIRONMENT', ['See', '.Xr vmcorekit 1 .']),
    section('FILES', ['See', '.Xr vmcorekit 1 .']),
    section('EXIT STATUS', exitList(exits)),
    section('EXAMPLES', exampleLines(name, examples)),
    section('SEE ALSO', seeAlso([['vmcorekit', 1]])),
  ]);
}

/** The page of the whole tool. */
export function mainPage(commands, summary, heading) {
  return page([
    head('vmcorekit', heading),
    section('NAME', ['.Nm vmcorekit', `.Nd ${prose(summary)}`]),
    section('SYNOPSIS', [
      '.Nm',
      '.Ar command',
      '.Op Ar option ...',
      '.Op Ar argument ...',
      '.Nm',
      '.Cm help',
      '.Op Ar command',
    ]),
    section('DESCRIPTION', [
      'The commands, each with a page of its own:',
      '.Bl -tag -width Ds',
      ...commands.flatMap(({ name, summary: does }) => [`.It Xr ${pageOf(name)} 1`, prose(does)]),
      '.El',
    ]),
    section('OPTIONS', ['Every command takes these:', ...optionList(globalOptions).slice(0, -1)]),
    section('ENVIRONMENT', definitions('Ev', environment)),
    section('FILES', definitions('Pa', files)),
    section('EXIT STATUS', exitList(generalExits)),
    section('EXAMPLES', exampleLines('probe', ['vmcore'])),
    section(
      'SEE ALSO',
      seeAlso([
        ...commands.map(({ name }) => [pageOf(name), 1]).toSorted(),
        ['crash', 8],
        ['makedumpfile', 8],
      ]),
    ),
  ]);
}

/** The page of `fleet add` is vmcorekit-fleet-add. */
export function pageOf(name) {
  return `vmcorekit-${name.replaceAll(' ', '-')}`;
}

function page(parts) {
  return `${parts.join('\n')}\n`;
}

function head(title, { date, version }) {
  return `.Dd ${date}\n.Dt ${title.toUpperCase()} 1\n.Os vmcorekit ${version}`;
}

function section(title, lines) {
  return [`.Sh ${title}`, ...lines].join('\n');
}

function paragraphs(texts) {
  return texts.flatMap((text, index) => [...(index === 0 ? [] : ['.Pp']), prose(text)]);
}

function operandLine({ name, isOptional, isRepeatable }) {
  const text = `Ar ${name}${isRepeatable === true ? ' ...' : ''}`;
  return isOptional === true ? `.Op ${text}` : `.${text}`;
}

/** Nothing at all where there are none. */
function optionList(table) {
  const items = Object.entries(table).flatMap(
    ([name, { short, placeholder, summary, isRepeatable }]) => [
      [
        `.It ${short === undefined ? '' : `Fl ${short} , `}Fl \\-${name}`,
        ...(placeholder === undefined ? [] : [`Ar ${argument(placeholder)}`]),
      ].join(' '),
      prose(isRepeatable === true ? `${summary} (repeatable)` : summary),
    ],
  );
  return items.length === 0 ? [] : ['.Bl -tag -width Ds', ...items, '.El', '.Pp'];
}

function definitions(macro, entries) {
  return [
    '.Bl -tag -width Ds',
    ...Object.entries(entries).flatMap(([name, meaning]) => [
      `.It ${macro} ${argument(name)}`,
      prose(meaning),
    ]),
    '.El',
  ];
}

function exitList(statuses) {
  return [
    '.Bl -tag -width Ds',
    ...Object.entries(statuses).flatMap(([status, meaning]) => [`.It ${status}`, prose(meaning)]),
    '.El',
  ];
}

function exampleLines(name, examples) {
  return [
    '.Bd -literal -offset indent',
    ...examples.map((example) => literalLine(`vmcorekit ${name} ${example}`.trimEnd())),
    '.Ed',
  ];
}

/** By section, then by name, as mdoc wants it. */
function seeAlso(entries) {
  return entries.map(
    ([name, number], index) => `.Xr ${name} ${number}${index === entries.length - 1 ? '' : ' ,'}`,
  );
}
