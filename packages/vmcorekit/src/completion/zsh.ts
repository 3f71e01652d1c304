import type {
  CompletedCommand,
  CompletedOption,
  CompletedValue,
  CompletionTable,
} from './completion-table.ts';
import { pluginNamesKey } from './plugin-names.ts';
import { quoted } from './quoted.ts';

/** The script for zsh: a file `_vmcorekit` in a folder of `fpath`, or sourced. */
export function zshScript({ commands, options }: CompletionTable): string {
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
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
    'help:show help, of a command too'
  )
  _describe -t commands command commands
}

_vmcorekit() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C -s \\
${options.flatMap(optionSpecs).map(asArgument).join('\n')}
    '1:command:_vmcorekit_commands' \\
    '*::argument:->argument'
  [[ $state == argument ]] || return
  case $words[1] in
    help) _arguments '1:command:_vmcorekit_commands' ;;
${commands.map(commandCase).join('\n')}
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _vmcorekit "$@"
else
  compdef _vmcorekit vmcorekit
fi
`;
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
