const quantity = '(0x[0-9a-fA-F]+|[0-9]+(\\.[0-9]+)? *([KMGT](iB)?|B)?)';
const text = { type: 'string', minLength: 1 };

function patterns(description: string): object {
  return { description, type: ['string', 'array'], minLength: 1, minItems: 1, items: text };
}

function condition(description: string): object {
  return {
    description: `${description}: one value, or a range { from, to } with both ends included`,
    type: ['string', 'integer', 'object'],
    pattern: `^${quantity}$`,
    minimum: 0,
    properties: { from: { $ref: '#/definitions/size' }, to: { $ref: '#/definitions/size' } },
    additionalProperties: false,
    minProperties: 1,
  };
}

const address = { type: ['string', 'integer'], pattern: '^(0x[0-9a-fA-F]{1,16}|[0-9]{1,20})$' };

const optionValue = { type: ['string', 'number', 'boolean'] };

/**
 * The JSON Schema of a configuration. It validates here, and completes in editors. Published as
 * `schema.json`.
 */
export const configSchema: Readonly<Record<string, unknown>> = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'vmcorekit configuration',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string' },
    extends: {
      description:
        'Presets whose plug-ins and rules come before these: files, relative to this one (./site.yaml), or packages',
      type: ['string', 'array'],
      minLength: 1,
      items: text,
    },
    plugins: {
      description:
        'Plug-ins to load: files, relative to this one (./my-heuristic.mjs), or packages',
      type: 'array',
      items: text,
    },
    rules: {
      description: 'Rules in order; later ones win, setting by setting',
      type: 'array',
      items: { $ref: '#/definitions/rule' },
    },
  },
  definitions: {
    size: {
      description: 'Bytes: 4096, 0x1000, 32 MiB, -0x25600000',
      type: ['string', 'integer'],
      pattern: `^-?${quantity}$`,
    },
    rule: {
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: {
        name: { description: 'How reports call this rule', ...text },
        match: {
          description:
            'When the rule applies: every condition must hold; without any, to every dump',
          type: 'object',
          additionalProperties: false,
          properties: {
            path: patterns(
              'The dump’s file, like /srv/dumps/ovmf-*/**; without a slash its name alone, like *.kdump',
            ),
            format: patterns('elf, kdump, …'),
            container: patterns('flattened, …, or none'),
            capturedBy: patterns('The program that captured the memory: qemu, kdump, …'),
            writtenBy: patterns('The program that wrote the file: qemu, makedumpfile, …'),
            architecture: patterns('As uname -m says: x86_64, arm64, …'),
            pageSize: condition('The dump’s page size'),
            memorySize: condition('How much physical memory the dump describes'),
            cpus: condition('How many CPUs the dump names'),
            host: patterns('The name of this machine'),
            nodename: patterns('The name of the machine in the dump'),
            release: patterns('The kernel’s release, as uname -r says'),
            buildId: patterns('The build ID of the kernel’s vmlinux'),
          },
        },
        heuristics: {
          description: 'Only these look for the kernel, in this order',
          type: 'array',
          minItems: 1,
          items: {
            description: 'NAME, [NAME, { OPTION: VALUE }] or { use: NAME, OPTION: VALUE }',
            type: ['string', 'array', 'object'],
            minLength: 1,
            items: [text, { type: 'object', additionalProperties: optionValue }],
            additionalItems: false,
            minItems: 1,
            required: ['use'],
            properties: {
              use: text,
              systemMap: { description: 'Short for an entry of symbols', ...text },
            },
            additionalProperties: optionValue,
          },
        },
        acceptAt: {
          description: 'How sure an answer must be to end the search; certain unless set',
          enum: ['certain', 'probable'],
        },
        pageLimit: {
          description: 'How many pages the search in one dump may read',
          type: 'integer',
          minimum: 1,
        },
        timeLimit: {
          description:
            'The watchdog of the search in one dump: 500 ms, 5 s, 2 min; a bare number is seconds',
          type: ['string', 'number'],
          pattern: '^[0-9]+(\\.[0-9]+)? *(ms|s|min)?$',
          exclusiveMinimum: 0,
        },
        physBase: {
          description: 'phys_base as known already; still verified',
          $ref: '#/definitions/size',
        },
        kaslrOffset: {
          description: 'The KASLR offset as known already; needs physBase',
          $ref: '#/definitions/size',
        },
        imageOffset: {
          description:
            'The image offset as known already, in quotes: "0xffffd61b5a800000"; still verified',
          ...address,
        },
        textAt: {
          description: 'The physical address of the text as known already; still verified',
          ...address,
        },
        symbols: {
          description:
            'Symbol files, like /boot/System.map-{release}; one that does not exist is passed over',
          type: ['string', 'array'],
          minLength: 1,
          items: text,
        },
      },
      dependencies: { kaslrOffset: ['physBase'] },
    },
  },
};
