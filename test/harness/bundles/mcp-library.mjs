/** What `src/mcp` takes from its packages, a bundle of its own: half of what an MCP server needs, and no verb does. A test compares. */
export {
  CLIENT_CAPABILITIES_META_KEY,
  completable,
  inputRequired,
  inputResponse,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
export { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
export {
  array,
  boolean,
  enum,
  int,
  looseObject,
  nullable,
  number,
  object,
  optional,
  preprocess,
  prettifyError,
  record,
  strictObject,
  string,
} from 'zod';
