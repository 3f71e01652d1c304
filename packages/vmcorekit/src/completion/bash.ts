import {
  type CompletedCommand,
  type CompletedGroup,
  type CompletedValue,
  type CompletionTable,
  firstWords,
} from './completion-table.ts';
import { pluginNamesKey } from './plugin-names.ts';
import { quoted } from './quoted.ts';

/** The script for bash 3.2 or newer; it needs no package. */
export function bashScript(table: CompletionTable): string {
  const { commands, groups, options } = table;
  const names = firstWords(table).map(({ name }) => name);
  return `# Completion of vmcorekit in bash, written by \`vmcorekit completion bash\`.

# Names that plug-ins brought: $1 is their kind. Asked once in each folder, whose configuration
# counts.
_vmcorekit_names() {
  if [[ \${_vmcorekit_folder-} != "$PWD" ]]; then
    _vmcorekit_plugins=$(command vmcorekit plugins --json 2>/dev/null)
    _vmcorekit_folder=$PWD
  fi
  local rest=$_vmcorekit_plugins list name
  while [[ $rest == *"\\"$1\\":["* ]]; do
    rest=\${rest#*"\\"$1\\":["}
    list=\${rest%%]*}
    while [[ -n $list ]]; do
      name=\${list%%,*}
      list=\${list#"$name"}
      list=\${list#,}
      name=\${name#\\"}
      # Only what is nothing to a shell.
      [[ $name == *[!A-Za-z0-9._-]*\\" || $name != *\\" ]] || candidates+=("\${name%\\"}")
    done
  done
}

# What follows an option, $1 being COMMAND:OPTION. Fails for a flag. The kind is file, folder, name
# (one of the candidates), or that of names that plug-ins brought.
_vmcorekit_value() {
  case $1 in
${valueCases(commands, options)}
    *) return 1 ;;
  esac
}

# What stands in the place of an operand, $1 being COMMAND:PLACE.
_vmcorekit_operand() {
  case $1 in
${commands.flatMap(operandCases).join('\n')}
  esac
}

_vmcorekit_options() {
  case $1 in
${commands.map(optionsCase).join('\n')}
    *) candidates=(${spellings(options)}) ;;
  esac
}

# The second words of commands that have two, $1 being the first. Fails for another word.
_vmcorekit_group() {
  case $1 in
${groups.map(groupCase).join('\n')}
    *) return 1 ;;
  esac
}

_vmcorekit() {
  COMPREPLY=()
  local current=\${COMP_WORDS[COMP_CWORD]} command='' place=0 option='' at word prefix=''
  local kind isList candidates
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if [[ $word == '=' && -n $option ]]; then
      continue
    elif [[ -n $option ]]; then
      option=''
    elif [[ $word == -* ]]; then
      _vmcorekit_value "$command:$word" && option=$word
    elif [[ -z $command ]]; then
      command=$word
    elif [[ $place == 0 ]] && _vmcorekit_group "$command"; then
      command="$command $word"
    else
      place=$((place + 1))
    fi
  done
  kind=none
  isList=''
  candidates=()
  if [[ -n $option ]]; then
    [[ $current == '=' ]] && current=''
    _vmcorekit_value "$command:$option"
  elif [[ $current == -* ]]; then
    _vmcorekit_options "$command"
  elif [[ -z $command || ($command == help && $place == 0) ]]; then
    candidates=(help ${names.map(quoted).join(' ')})
  elif [[ $command == help ]]; then
    _vmcorekit_group "\${COMP_WORDS[COMP_CWORD - 1]}" || true
  elif ! _vmcorekit_group "$command"; then
    _vmcorekit_operand "$command:$place"
  fi
  # Readline itself completes files. It quotes them, and knows ~.
  case $kind in
    file) return ;;
    folder)
      compopt +o default +o bashdefault -o dirnames 2>/dev/null
      return
      ;;
    heuristics | analyzers | pageFilters) _vmcorekit_names "$kind" ;;
  esac
  compopt +o default +o bashdefault 2>/dev/null
  if [[ -n $isList && $current == *,* ]]; then
    prefix=\${current%,*},
    current=\${current##*,}
  fi
  for word in \${candidates[@]+"\${candidates[@]}"}; do
    if [[ $word == "$current"* ]]; then
      printf -v word %q "$word"
      COMPREPLY+=("$prefix$word")
    fi
  done
}

complete -o default -o bashdefault -F _vmcorekit vmcorekit
`;
}

function valueCases(
  commands: readonly CompletedCommand[],
  options: CompletionTable['options'],
): string {
  return [...commands, { name: '', options }]
    .flatMap(({ name, options: own }) =>
      own.flatMap(({ spellings: all, value }) => {
        const patterns = all.map((spelling) => quoted(`${name}:${spelling}`)).join(' | ');
        return value === null ? [] : [`    ${patterns}) ${finding(value)} ;;`];
      }),
    )
    .join('\n');
}

function optionsCase({ name, options }: CompletedCommand): string {
  return `    ${quoted(name)}) candidates=(${spellings(options)}) ;;`;
}

function groupCase({ name, commands }: CompletedGroup): string {
  return `    ${quoted(name)}) candidates=(${commands.map((each) => quoted(each.name)).join(' ')}) ;;`;
}

function operandCases({ name, operands, others }: CompletedCommand): string[] {
  return [
    ...operands.map(
      (operand, place) => `    ${quoted(`${name}:${place}`)}) ${finding(operand)} ;;`,
    ),
    ...(others === null ? [] : [`    ${quoted(`${name}:`)}*) ${finding(others)} ;;`]),
  ];
}

/** Commands that set the variables of `_vmcorekit`. */
function finding(value: CompletedValue): string {
  const kind =
    pluginNamesKey(value) ??
    (value.completes === 'file' || value.completes === 'folder' ? value.completes : 'name');
  const list = value.isList ? ' isList=1' : '';
  const choices = value.choices.map(quoted).join(' ');
  return `kind=${kind}${list}${kind === 'name' ? ` candidates=(${choices})` : ''}`;
}

function spellings(options: CompletionTable['options']): string {
  return options.flatMap(({ spellings: all }) => all.map(quoted)).join(' ');
}
