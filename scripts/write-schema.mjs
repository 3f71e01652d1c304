// Writes the JSON Schema that editors fetch out of the one that validates.
import { writeFileSync } from 'node:fs';
import { configSchema } from '@vmcorekit/config';

writeFileSync(
  new URL('../packages/config/schema.json', import.meta.url),
  `${JSON.stringify(configSchema, null, 2)}\n`,
);
