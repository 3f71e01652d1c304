import {
  fromJsonSchema,
  type JsonSchemaType,
  type JsonSchemaValidator,
  McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Toolkit } from '@vmcorekit/engine';
import type { JsonObject } from '@vmcorekit/report';
import { placeOf } from './answers/cursor.ts';
import { outputSchema, partOf, type ToolResult } from './answers/envelope.ts';
import { errorResult } from './answers/error-result.ts';
import { listDumps } from './dumps/list-dumps.ts';
import type { Shelf } from './dumps/shelf.ts';
import { instructions, triageRequest } from './instructions.ts';
import { workOf } from './running/work.ts';
import { toolsOf } from './tools/index.ts';
import { textArgument } from './tools/text-argument.ts';
import type { Given, Tool } from './tools/tool.ts';

const annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

const commonProperties = {
  dump: { type: 'string', description: 'the id of the dump; may be left out if there is only one' },
  cursor: { type: 'string', description: 'the cursor of the last answer, for its next part' },
} as const;

/** A server over the dumps of a shelf. It reads, and changes nothing. */
export function createServer(
  shelf: Shelf,
  toolkit: Pick<Toolkit, 'registry'>,
  version: string,
): McpServer {
  const server = new McpServer({ name: 'vmcorekit', version }, { instructions });
  server.registerTool(
    'list_dumps',
    {
      title: 'Dumps',
      description:
        'The dumps that this server was started with: id, name, format, and whether each opens.',
      inputSchema: inputSchemaOf({ cursor: commonProperties.cursor }, []),
      outputSchema: fromJsonSchema(outputSchema as JsonSchemaType),
      annotations,
    },
    ({ cursor }, context) =>
      answered(context, 'list_dumps', () =>
        listDumps(shelf, workOf(context), textArgument('cursor', cursor)),
      ),
  );
  for (const tool of toolsOf(toolkit)) {
    const { name, title, description, inputs } = tool;
    server.registerTool(
      name,
      {
        title,
        description,
        inputSchema: inputSchemaOf({ ...inputs.properties, ...commonProperties }, inputs.required),
        outputSchema: fromJsonSchema(outputSchema as JsonSchemaType),
        annotations: { title, ...annotations },
      },
      (given, context) => answered(context, name, () => call(shelf, tool, given, context)),
    );
  }
  for (const dump of shelf.dumps) {
    server.registerResource(
      dump.id,
      `vmcorekit://dumps/${dump.id}`,
      { title: dump.name, description: 'a memory dump', mimeType: 'text/plain' },
      async (uri, context) => {
        const { content } = await listDumps({ dumps: [dump] }, workOf(context));
        return {
          contents: content.map(({ text }) => ({ uri: uri.href, mimeType: 'text/plain', text })),
        };
      },
    );
  }
  server.registerPrompt(
    'triage',
    {
      title: 'Triage a dump',
      description: 'Finds out what a memory dump shows, with evidence',
      argsSchema: fromJsonSchema<{ readonly dump?: string }>({
        type: 'object',
        properties: { dump: commonProperties.dump },
      }),
    },
    ({ dump }) => ({
      messages: [
        {
          role: 'user',
          content: {
            type: 'text',
            text: triageRequest(dump === undefined ? undefined : shelf.named(dump).id),
          },
        },
      ],
    }),
  );
  return server;
}

async function call(
  shelf: Shelf,
  tool: Tool,
  { dump: name, cursor, ...given }: Given,
  context: ServerContext,
): Promise<ToolResult> {
  const make = tool.prepare(given);
  const dump = shelf.named(textArgument('dump', name));
  const asked = JSON.stringify([tool.name, dump.id, given]);
  const place = placeOf(asked, textArgument('cursor', cursor));
  const work = workOf(context);
  const answer = await dump.answer(asked, work, (subject) => make(subject, work));
  return partOf(answer, { tool: tool.name, dump: dump.id, call: asked, place });
}

/** A failure is a result with our sentence, except where the client cancelled. */
async function answered(
  { mcpReq }: ServerContext,
  tool: string,
  work: () => Promise<ToolResult>,
): Promise<ToolResult> {
  try {
    return await work();
  } catch (error) {
    mcpReq.signal.throwIfAborted();
    return errorResult(tool, error);
  }
}

/** For the client to read. The tools check their arguments themselves, and say what is wrong. */
function inputSchemaOf(properties: JsonObject, required: readonly string[]) {
  const schema = { type: 'object', properties, required, additionalProperties: false };
  return fromJsonSchema<Given>(schema as JsonSchemaType, { getValidator: accepting });
}

function accepting<Checked>(): JsonSchemaValidator<Checked> {
  return (input) => ({ valid: true, data: input as Checked, errorMessage: undefined });
}
