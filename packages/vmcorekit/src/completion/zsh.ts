import {
  type CompletedCommand,
  type CompletedGroup,
  type CompletedOption,
  type CompletedValue,
  type CompletionTable,
  firstWords,
} from './completion-table.ts';
import { pluginNamesKey } from './plugin-names.ts';
import { quoted } from './quoted.ts';

/** The script for zsh: a file `_vmcorekit` in a folder of `fpath`, or sourced. */
export function zshScript(table: CompletionTable): string {
  const { commands, groups, options } = table;
  return `#compdef vmcorekit
# Completion of vmcorekit in zsh, written by \`vmcorekit completion zsh\`.

# Names that plug-ins brought: $1 is their kind. Asked once in each folder, whose configuration
# counts.
_vmcorekit_names() {
  if [[ \${_vmcorekit_folder-} != "$PWD" ]]; then
    typeset -g _vmcorekit_plugins _vmcorekit_folder
    _vmcorekit_plugins=$(command vmcorekit plugins --json 2>/dev/null)
    _vmcorekit_folder=$PWD
  fi
  local rest=$_vmcorekit_plugins list name key="\\"$1\\":["
  local -a names
  while [[ $rest == *$key* ]]; do
    rest=\${rest#*$key}
    list=\${rest%%]*}
    for name in \${(s:,:)list}; do
      name=\${name#\\"}
      # Only what is nothing to a shell.
      [[ $name == *[^A-Za-z0-9._-]*\\" || $name != *\\" ]] || names+=(\${name%\\"})
    done
  done
  if [[ $2 == list ]]; then
    _values -s , name $names
  else
    _describe -t names name names
  fi
}

_vmcorekit_commands() {
  local -a commands=(
${firstWords(table).map(described).join('\n')}
    'help:show help, of a command too'
  )
  _describe -t commands command commands
}

${groups.map(groupFunction).join('\n\n')}

_vmcorekit() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C -s \\
${options.flatMap(optionSpecs).map(asArgument).join('\n')}
    '1:command:_vmcorekit_commands' \\
    '*::argument:->argument'
  [[ $state == argument ]] || return
  case $words[1] in
    help)
      if (( CURRENT == 2 )); then
        _vmcorekit_commands
      elif (( $+functions[_vmcorekit_group_$words[2]] )); then
        _vmcorekit_group_$words[2]
      fi
      ;;
${commands
  .filter(({ name }) => !name.includes(' '))
  .map(commandCase)
  .join('\n')}
${groups.map((group) => groupCase(group, commands)).join('\n')}
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _vmcorekit "$@"
else
  compdef _vmcorekit vmcorekit
fi
`;
}

function described({ name, summary }: Pick<CompletedCommand, 'name' | 'summary'>): string {
  return `    ${quoted(`${name}:${summary}`)}`;
}

function groupFunction({ name, commands }: CompletedGroup): string {
  return `_vmcorekit_group_${name}() {
  local -a commands=(
${commands.map(described).join('\n')}
  )
  _describe -t commands command commands
}`;
}

/** The commands below a word, each under its second word. */
function groupCase({ name }: CompletedGroup, commands: readonly CompletedCommand[]): string {
  const below = commands
    .filter((command) => command.name.startsWith(`${name} `))
    .map((command) => commandCase({ ...command, name: command.name.slice(name.length + 1) }));
  return `    ${quoted(name)})
      _arguments -C '1:command:_vmcorekit_group_${name}' '*::argument:->argument'
      [[ $state == argument ]] || return
      case $words[1] in
${below.join('\n')}
      esac
      ;;`;
}

function commandCase({ name, options, operands, others }: CompletedCommand): string {
  const specs = [
    ...options.flatMap(optionSpecs),
    ...operands.map((operand, place) => `${place + 1}${valueSpec(operand)}`),
    ...(others === null ? [] : [`*${valueSpec(others)}`]),
  ];
  return `    ${quoted(name)})
      _arguments -s \\
${specs.map(asArgument).join('\n')}
      ;;`;
}

function asArgument(spec: string): string {
  return `        ${quoted(spec)} \\`;
}

function optionSpecs({ spellings, summary, isRepeatable, value }: CompletedOption): string[] {
  const once = isRepeatable ? '*' : `(${spellings.join(' ')})`;
  const does = `[${summary.replaceAll(/[[\]\\]/g, '\\$&')}]`;
  return spellings.map((spelling) => {
    const joins = value === null ? '' : spelling.startsWith('--') ? '=' : '+';
    return `${once}${spelling}${joins}${does}${value === null ? '' : valueSpec(value)}`;
  });
}

/** `:MESSAGE:ACTION` of `_arguments`. */
function valueSpec(value: CompletedValue): string {
  return `:${value.placeholder.replaceAll(':', '\\:')}:${action(value)}`;
}

/** A space before it keeps `_arguments` from inserting options for `compadd`. */
function action(value: CompletedValue): string {
  const key = pluginNamesKey(value);
  if (key !== null) {
    return ` _vmcorekit_names ${key}${value.isList ? ' list' : ''}`;
  }
  if (value.completes === 'file' || value.completes === 'folder') {
    return value.completes === 'file' ? '_files' : '_files -/';
  }
  if (value.choices.length === 0) {
    return ' ';
  }
  const choices = value.choices.map((choice) => choice.replaceAll(/[^\w.-]/g, '\\$&')).join(' ');
  return value.isList ? ` _values -s , name ${choices}` : `(${choices})`;
}
