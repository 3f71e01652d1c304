import {
  type CompletedCommand,
  type CompletedGroup,
  type CompletedOption,
  type CompletedValue,
  type CompletionTable,
  firstWords,
} from './completion-table.ts';
import { pluginNamesKey } from './plugin-names.ts';
import { quotedForFish } from './quoted.ts';

/** The script for fish 3 or newer. */
export function fishScript(table: CompletionTable): string {
  const { commands, groups, options } = table;
  return `# Completion of vmcorekit in fish, written by \`vmcorekit completion fish\`.

# The words of the line so far but for options and their values: the command and its operands. A
# command of two words is one word here.
function __vmcorekit_words
    set -l command ''
    set -l words
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch "$command:$word"
            case ${takingValues(commands, options)}
                set skip 1
            case '*:-*'
            case '*'
                if contains -- "$command" ${groups.map(({ name }) => quotedForFish(name)).join(' ')}
                    set command "$command $word"
                    set words $command
                else
                    test -n "$command"; or set command $word
                    set -a words $word
                end
        end
    end
    test (count $words) = 0; or printf '%s\\n' $words
end

# Whether no command is given yet.
function __vmcorekit_needs_command
    set -l words (__vmcorekit_words)
    test (count $words) = 0
end

# Whether the command is argv[1]; with argv[2], and that many operands are given.
function __vmcorekit_in
    set -l words (__vmcorekit_words)
    test "$words[1]" = $argv[1]; or return
    not set -q argv[2]; or test (count $words) = (math $argv[2] + 1)
end

# Whether the command is argv[1], and at least argv[2] operands are given.
function __vmcorekit_after
    set -l words (__vmcorekit_words)
    test "$words[1]" = $argv[1]; and test (count $words) -gt $argv[2]
end

# Whether help on argv[1] is asked for.
function __vmcorekit_help_on
    set -l words (__vmcorekit_words)
    test "$words" = "help $argv[1]"
end

# Names that plug-ins brought: argv[1] is their kind. Asks once in each folder, because each may
# have its configuration.
function __vmcorekit_names
    if test "$__vmcorekit_folder" != "$PWD"
        set -g __vmcorekit_plugins (command vmcorekit plugins --json 2>/dev/null)
        set -g __vmcorekit_folder $PWD
    end
    string match -ra "\\"$argv[1]\\":\\\\[[^\\\\]]*" -- "$__vmcorekit_plugins" |
        string replace -r '^[^\\[]*\\[' '' | string split , |
        string match -r '^"[A-Za-z0-9._-]+"$' | string trim -c '"'
end

# The candidates after what is typed of a list with commas.
function __vmcorekit_list
    set -l typed (commandline -ct | string replace -r '^--[^=]*=' '' | string replace -r '[^,]*$' '')
    for name in $argv
        echo -- $typed$name
    end
end

complete -c vmcorekit -f
complete -c vmcorekit -n __vmcorekit_needs_command -a help -d 'show help, of a command too'
${firstWords(table).map(commandLine).join('\n')}
${groups.flatMap(groupLines).join('\n')}
${options.map((option) => optionLine('__vmcorekit_needs_command', option)).join('\n')}
${commands.flatMap(commandLines).join('\n')}
`;
}

function groupLines({ name, commands }: CompletedGroup): string[] {
  const test = quotedForFish(`__vmcorekit_in ${name} 0; or __vmcorekit_help_on ${name}`);
  return commands.map(
    (command) =>
      `complete -c vmcorekit -n ${test} ` +
      `-a ${quotedForFish(command.name)} -d ${quotedForFish(command.summary)}`,
  );
}

function commandLine({ name, summary }: Pick<CompletedCommand, 'name' | 'summary'>): string {
  const test = "'__vmcorekit_needs_command; or __vmcorekit_in help 0'";
  const described = `-a ${quotedForFish(name)} -d ${quotedForFish(summary)}`;
  return `complete -c vmcorekit -n ${test} ${described}`;
}

function commandLines({ name, options, operands, others }: CompletedCommand): string[] {
  const line = (test: string, value: CompletedValue): string =>
    `complete -c vmcorekit -n ${quotedForFish(test)} ${candidates(value)}`;
  return [
    ...options.map((option) => optionLine(`__vmcorekit_in "${name}"`, option)),
    ...operands.map((operand, place) => line(`__vmcorekit_in "${name}" ${place}`, operand)),
    ...(others === null ? [] : [line(`__vmcorekit_after "${name}" ${operands.length}`, others)]),
  ];
}

function optionLine(test: string, { spellings, summary, value }: CompletedOption): string {
  const names = spellings.map((spelling) =>
    spelling.startsWith('--') ? `-l ${spelling.slice(2)}` : `-s ${spelling.slice(1)}`,
  );
  const taken = value === null ? [] : ['-r', candidates(value)];
  return [
    `complete -c vmcorekit -n ${quotedForFish(test)}`,
    ...names,
    ...taken,
    `-d ${quotedForFish(summary)}`,
  ].join(' ');
}

function candidates(value: CompletedValue): string {
  if (value.completes === 'file') {
    return '-F';
  }
  if (value.completes === 'folder') {
    return "-f -a '(__fish_complete_directories)'";
  }
  const key = pluginNamesKey(value);
  const names =
    key === null ? value.choices.map(quotedForFish).join(' ') : `(__vmcorekit_names ${key})`;
  return `-f -a ${quotedForFish(value.isList ? `(__vmcorekit_list ${names})` : names)}`;
}

/** Patterns of COMMAND:OPTION for options that take the next word. */
function takingValues(
  commands: readonly CompletedCommand[],
  options: readonly CompletedOption[],
): string {
  return [...commands, { name: '', options }]
    .flatMap(({ name, options: own }) =>
      own.flatMap(({ spellings, value }) =>
        value === null ? [] : spellings.map((spelling) => quotedForFish(`${name}:${spelling}`)),
      ),
    )
    .join(' ');
}
