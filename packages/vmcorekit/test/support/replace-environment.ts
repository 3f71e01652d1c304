/**
 * Replaces every variable of the environment. Returns what puts the former ones back. It changes
 * the variables themselves, because a thread starts with those, whatever `process.env` names.
 */
export function replaceEnvironment(env: Readonly<NodeJS.ProcessEnv>): () => void {
  const before = { ...process.env };
  setAll(env);
  return () => setAll(before);
}

function setAll(env: Readonly<NodeJS.ProcessEnv>): void {
  for (const name of Object.keys(process.env)) {
    if (env[name] === undefined) {
      delete process.env[name];
    }
  }
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined) {
      process.env[name] = value;
    }
  }
}
