/**
 * Stands for what the MCP server's package chooses by platform (an alias of the build): on Node it would bring a
 * JSON-schema checker of 150 KB, which only answers of people to forms are held against. Baton asks for none; this one,
 * the package's own for other platforms, is a seventh of it.
 */
import process from 'node:process';
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/server/validators/cf-worker';

export { CfWorkerJsonSchemaValidator as DefaultJsonSchemaValidator, process };
