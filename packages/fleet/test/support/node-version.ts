const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

/** Whether the package supports this Node. scripts/test-on-node.mjs runs its tests on one. */
export const isNodeNewEnough: boolean = major > 22 || (major === 22 && minor >= 12);

/** The package's name; where its tests are pending, also why. */
export const title: string = isNodeNewEnough
  ? '@vmcorekit/fleet'
  : `@vmcorekit/fleet (pending: it needs Node 22.12, and this is ${process.versions.node})`;
