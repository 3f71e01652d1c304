// What the man pages say that no table of the command holds.

export const environment = {
  COLUMNS: 'how wide the output may be, where the terminal does not say',
  NO_COLOR: 'not empty: no colours',
  FORCE_COLOR: 'not empty: colours, also into a pipe; 0 and false forbid them',
  TERM: 'dumb: neither colours nor progress',
  XDG_CONFIG_HOME: 'the folder of your configurations (else ~/.config)',
  XDG_CACHE_HOME: 'the folder of your caches (else ~/.cache): compiled code is kept there',
};

export const files = {
  'vmcorekit.config.yaml':
    'the configuration, in the working directory or above it. It counts once it is trusted. ' +
    'Other names are package.json, .vmcorekitrc and vmcorekit.config.json.',
  '~/.config/vmcorekit/': 'your own configuration, which always counts',
  '~/.config/vmcorekit/trusted.json': 'what is trusted',
};
