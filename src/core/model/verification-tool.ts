/**
 * MCP servers of others by which an agent checks its own work: a browser, and GitHub. Baton starts neither; it names
 * them in an agent's settings when the person asks for it. How an agent writes such an entry stands in its profile
 * (`mcp.tools`). Requirement 003-52.
 */

export const verificationTools = ['browser', 'github'] as const;
export type VerificationTool = (typeof verificationTools)[number];

/** What the settings call the server: the name that its own documents give it. */
export const serverNames = {
  browser: 'playwright',
  github: 'github',
} as const satisfies Record<VerificationTool, string>;

/** The environment variable that entries name for GitHub's token, so that no token stands in a file. */
export const tokenVariable = 'GITHUB_PERSONAL_ACCESS_TOKEN';
