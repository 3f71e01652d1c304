import type { AnsweredTask } from './answers.ts';
import type { SavedTask } from './saved-tasks.ts';

/**
 * The proof that a task did something between the guest's words and the dump, so that its state
 * and stack cannot be compared. A wrong answer alone is no proof.
 * @param panickedPid the task that panicked, which the guest describes at another place
 */
export function proveMoved(
  saved: SavedTask,
  answered: AnsweredTask | undefined,
  panickedPid: number | undefined,
): string | undefined {
  if (saved.pid === panickedPid) {
    return 'it panicked';
  }
  if (saved.movedBetweenLooks !== undefined) {
    return saved.movedBetweenLooks;
  }
  const counters = ['voluntarySwitches', 'involuntarySwitches'] as const;
  for (const counter of counters) {
    const later = answered?.[counter];
    if (typeof later === 'number' && later > saved[counter]) {
      return `its ${counter} went from ${saved[counter]} to ${later} before the dump`;
    }
  }
  return undefined;
}
