/** Connect an Agent, and Set Up Verification Tools. Both are in a bundle of their own. */
import type { Handler } from './services';

export const connectAgentCommand: Handler = async (services) =>
  (await services.loadChatLibrary()).connect(services, 'agent');

export const setUpToolsCommand: Handler = async (services) =>
  (await services.loadChatLibrary()).connect(services, 'tool');
