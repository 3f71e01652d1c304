export interface CrashField {
  readonly name: string;
  readonly value: string;
}

/** The lines of `crash-summary`: fields with names, then sections with empty lines between. */
export interface CrashParts {
  readonly fields: readonly CrashField[];
  readonly sections: readonly (readonly string[])[];
}

/** A name is filled up to ten places, and two spaces follow. */
const field = /^(\S.{9}) {2}(.*)$/;

export function crashParts(text: string): CrashParts {
  const [head = '', ...sections] = text.split('\n\n');
  return {
    fields: head.split('\n').flatMap((line) => {
      const [, name, value] = field.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [{ name: name.trim(), value }];
    }),
    sections: sections.map((section) => section.split('\n')),
  };
}
