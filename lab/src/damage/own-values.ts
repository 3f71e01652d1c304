import type { AnswerDifference } from './compare-answers.ts';

/** Values of an answer that one place in memory holds alone. */
interface OwnValue {
  /** A question, or several. */
  readonly of: RegExp;
  /** Where in its answer, without the names of elements: `tasks[].comm`. */
  readonly at: RegExp;
  /** Why nothing else in the dump can contradict it. */
  readonly because: string;
}

/**
 * The values that a change of the bytes that hold them changes unseen. Each entry was looked at: a
 * value that a second place has does not belong here, but is to be compared with that place.
 */
const ownValues: readonly OwnValue[] = [
  {
    of: /^(?:ps|bt|files|runq|locks|crash-summary|vm|timer)$/,
    at: /(?:^|\.)(?:comm|fullName|taskName|owner)$/,
    because: 'a task keeps its name once, and a program gives itself any',
  },
  {
    of: /^ps$/,
    at: /\.(?:\w+Switches|\w+Faults|(?:start|user|system)Time\w*|virtualSizeInBytes|residentSizeInBytes)$/,
    because: 'a counter or a time is kept once',
  },
  {
    of: /^ps$/,
    at: /\.(?:state|priority|nice|realTimePriority|policy)$/,
    because: 'how a task that sleeps is scheduled stands in the task alone',
  },
  {
    of: /^ps$/,
    at: /\.(?:gid|capabilities\.\w+)$/,
    because: 'a task may have any group and any of the capabilities it may have',
  },
  {
    of: /^ps$/,
    at: /\.arguments\.(?:commandLine|environment)\.texts/,
    because: 'a program may write anything into its own memory',
  },
  {
    of: /^log$/,
    at: /\.(?:text|nanoseconds|facility|level|caller)$/,
    because: 'a message of the kernel is kept once',
  },
  {
    of: /^kmem$/,
    at: /^(?:vmstat|memory|zones|nodes|info|counters)\b|\.(?:callerAddress|pages|flags|shown|exact)$|^caches\[\]\./,
    because: 'a counter is kept once, in parts that are only summed up',
  },
  {
    of: /^(?:irq|net|dev|dev --io|bpf|runq|timer)$/,
    at: /\.(?:counts\[\]|count|bytes|packets|errors|dropped|expires\w*|clock|load|uses|runTime\w*)$|\.counters\b/,
    because: 'a counter or a time is kept once',
  },
  {
    of: /^mod$/,
    at: /\.usedBy\[\]$/,
    because: 'it is the name of another module, whose own line has the doubt',
  },
];

/** Bits that change in a page that is flipped, and so characters of a text. */
const mostChanged = 4;

/** Why nothing could contradict a value that changed; undefined where something could. */
export function ownValueOf(question: string, difference: AnswerDifference): string | undefined {
  const at = difference.at.replace(/\[[^\]]*\](?:"\])?/g, '[]');
  const found = ownValues.find((each) => each.of.test(question) && each.at.test(at));
  return found === undefined || !isSmall(difference) ? undefined : found.because;
}

/** Whether a text is the same but for a few characters, or its end. Anything else is. */
function isSmall({ whole, damaged }: AnswerDifference): boolean {
  const [one, other] = [textIn(whole), textIn(damaged)];
  if (one === undefined || other === undefined) {
    return true;
  }
  let changed = 0;
  for (let index = 0; index < Math.min(one.length, other.length); index++) {
    changed += one[index] === other[index] ? 0 : 1;
  }
  return changed <= mostChanged;
}

function textIn(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : undefined;
  } catch {
    // It was shortened for print.
    return json.startsWith('"') ? json : undefined;
  }
}
