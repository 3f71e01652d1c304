import { isVmcorekitError, type VmcorekitError } from '@vmcorekit/core';

/** What a cell of a table may hold. */
const maxCharacters = 40;

/** An error in a few words, for a row of a table. */
export function errorBrief(error: VmcorekitError): string {
  const brief = beginning(wordsOf(error));
  if (brief.length <= maxCharacters) {
    return brief;
  }
  const shown = brief.slice(0, maxCharacters);
  const end = shown.lastIndexOf(shown.includes(',') ? ',' : ' ');
  return end > 0 ? `${shown.slice(0, end)} …` : `${shown.slice(0, -1)}…`;
}

function wordsOf(error: VmcorekitError): string {
  if (isVmcorekitError(error, 'io')) {
    return error.facts.because;
  }
  if (isVmcorekitError(error, 'unknown-format')) {
    return error.facts.because ?? 'no known format';
  }
  if (isVmcorekitError(error, 'unsupported')) {
    // Some texts begin with the file's name, which the row has already.
    return error.facts.what.replace(/^\S*\/\S* (?=is |holds )/, '');
  }
  if (isVmcorekitError(error, 'truncated')) {
    return `${error.facts.structure} cut off`;
  }
  if (isVmcorekitError(error, 'malformed')) {
    return `bad ${error.facts.structure}`;
  }
  if (isVmcorekitError(error, 'choose-entry')) {
    return 'holds several dumps';
  }
  return error.code.replaceAll('-', ' ');
}

/** Up to where the details begin. */
function beginning(text: string): string {
  return text.split(/[:;(]/, 1)[0]?.trim() ?? '';
}
