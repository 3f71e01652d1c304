import { type ByteSource, type HeaderValue, utf8UntilNul } from '@vmcorekit/core';

/** What is looked for stands at the start of the domain's XML, in its first 2 KiB. */
const maxReadBytes: number = 64 * 1024;
const maxValueCharacters = 256;
const entities: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Elements of the domain, each the first of its name. Source: libvirt, docs/formatdomain.rst. */
const elements: readonly {
  readonly name: string;
  readonly pattern: RegExp;
}[] = ['name', 'uuid', 'memory', 'vcpu'].map((name) => ({
  name,
  pattern: new RegExp(`<${name}((?:\\s[^<>]*)?)>([^<]*)</${name}>`),
}));
const unitPattern = /\sunit=['"](\w+)['"]/;
/** Numbers above 0. No machine has more than 2^52 bytes of memory (16 digits). */
const numbers: ReadonlyMap<string, RegExp> = new Map([
  ['memory', /^[1-9]\d{0,15}$/],
  ['vcpu', /^[1-9]\d{0,4}$/],
]);
/** Comments, CDATA, and what other programs keep there; to the end where they are not closed. */
const foreignPattern =
  /<!--.*?(?:-->|$)|<!\[CDATA\[.*?(?:\]\]>|$)|<metadata>.*?(?:<\/metadata>|$)/gs;
const machinePattern = /<type\s[^<>]*\bmachine=['"]([^'"<>]*)['"]/;

/**
 * What a domain's XML says of its machine: name, UUID, memory, processors, machine type. The XML is
 * not checked: what does not look as libvirt writes it is left out.
 */
export function domainFields(
  source: ByteSource,
  at: number,
  lengthInBytes: number,
): ReadonlyMap<string, HeaderValue> {
  const bytes = new Uint8Array(Math.min(maxReadBytes, lengthInBytes));
  const text = utf8UntilNul(bytes.subarray(0, source.readInto(at, bytes)));
  const xml = text.replace(foreignPattern, '');
  const fields = new Map<string, HeaderValue>();
  const set = (name: string, value: string): void => {
    if (value !== '' && value.length <= maxValueCharacters) {
      fields.set(`domain ${name}`, value);
    }
  };
  for (const { name, pattern } of elements) {
    const [, attributes = '', content = ''] = pattern.exec(xml) ?? [];
    const unit = unitPattern.exec(attributes)?.[1];
    const value = decoded(content.trim());
    if (numbers.get(name)?.test(value) ?? true) {
      set(name, [value, ...(unit === undefined ? [] : [unit])].join(' ').trim());
    }
  }
  set('machine', decoded(machinePattern.exec(xml)?.[1] ?? ''));
  return fields;
}

function decoded(text: string): string {
  return text.replace(/&(\w{2,4});/g, (whole, name: string) => entities.get(name) ?? whole);
}
