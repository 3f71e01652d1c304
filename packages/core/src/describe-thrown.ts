/** A plug-in may throw or yield anything, even what cannot be turned into text. */
export function describeThrown(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return 'what cannot be told';
  }
}
