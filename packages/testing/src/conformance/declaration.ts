import { type OptionSpecs, resolveOptions } from '@vmcorekit/core';
import { check } from './check.ts';

/** Checks a name that users type, and the sentence that explains it. */
export function checkName({ name, summary }: { name: string; summary: string }): void {
  check(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name), `the name '${name}' is not kebab-case`);
  check(summary !== '', 'its summary is empty');
}

/** Checks that each option has a summary, and a default that its own spec allows. */
export function checkOptions({ name, options }: { name: string; options: OptionSpecs }): void {
  for (const [option, spec] of Object.entries(options)) {
    check(spec.summary !== '', `the option ${option} has no summary`);
    if (spec.default !== null) {
      resolveOptions(name, options, { [option]: spec.default });
    }
  }
}
