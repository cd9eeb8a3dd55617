/**
 * An agent's profile as its proof uses it: spoken to a loopback model server, in a private home. Baton is then started
 * with it as with any profile of the person's own, so what is proven is the launch that people get. Pure.
 */
import { launchText, launchValue, type TextScope } from '../core/agents/launch-text';
import type { AgentProbe, AgentProfile, LaunchText, LaunchValue } from '../core/model/agent-profile';
import type { ModelStep } from './model-step';

export interface ProbeSurroundings {
  /** Absolute path of the private home. */
  readonly home: string;
  readonly workspace: string;
  /** Address of the model server, without a slash at its end. */
  readonly modelUrl: string;
}

/** What an `agents.json` of the person's own holds for this agent. @param executable absolute path of its program */
export function probedProfile(
  { probe, headless, ...whole }: AgentProfile,
  executable: string,
  around: ProbeSurroundings,
): Record<string, unknown> {
  const profile = { ...whole, ...(whole.mcp && { mcp: withoutTools(whole.mcp) }) };
  if (!probe) return { ...profile, ...(headless && { headless }), executables: [executable] };
  const front = probe.args.map((arg) => filledIn(arg, around));
  return {
    ...profile,
    executables: [executable],
    env: { ...profile.env, ...Object.fromEntries(probeEnvironment(probe, around)) },
    args: [...front, ...profile.args],
    ...(profile.resumeArgs && { resumeArgs: [...front, ...profile.resumeArgs] }),
    ...(headless && {
      headless: {
        ...headless,
        args: [...front, ...headless.args],
        ...(headless.resumeArgs && { resumeArgs: [...front, ...headless.resumeArgs] }),
      },
    }),
  };
}

/** A proof reaches nothing but the model on loopback, so no other server is at hand in it. */
function withoutTools({ tools: _, ...mcp }: NonNullable<AgentProfile['mcp']>) {
  return mcp;
}

/** Files of the private home: relative path to text. */
export function probeFiles(
  id: string,
  probe: AgentProbe,
  around: ProbeSurroundings,
): readonly { readonly path: string; readonly text: string }[] {
  const scope = probeScope(id, around);
  return probe.files.map(({ path, json, text }) => ({
    path,
    text:
      json === undefined
        ? (text ?? []).map((line) => `${launchText(line, scope)}\n`).join('')
        : `${JSON.stringify(launchValue(json, scope), undefined, 2)}\n`,
  }));
}

/** Argument arrays to run the agent's own program with, before its first launch. */
export function probeSetUp(
  id: string,
  probe: AgentProbe,
  around: ProbeSurroundings,
): readonly (readonly string[])[] {
  const scope = probeScope(id, around);
  return probe.setUp.map((args) => args.map((arg) => launchText(arg, scope)));
}

export function probeEnvironment(
  probe: AgentProbe,
  around: ProbeSurroundings,
): readonly (readonly [string, LaunchText])[] {
  return Object.entries(probe.env).map(([name, value]) => [name, filledIn(value, around)]);
}

/** The model's wish to read a file. Undefined where the profile does not say by which tool. */
export function readStep({ readTool }: AgentProbe, path: string): ModelStep | undefined {
  return readTool && { tool: readTool.name, arguments: replaced(readTool.arguments, '$path', path) };
}

/** The model's wish to read some lines of a file, both ends included. Undefined as above. */
export function readPartStep(
  { readPart }: AgentProbe,
  path: string,
  { from, to }: { readonly from: number; readonly to: number },
): ModelStep | undefined {
  if (readPart === undefined) return undefined;
  const inFile = replaced(readPart.arguments, '$path', path);
  return { tool: readPart.name, arguments: replaced(replaced(inFile, '$from', from), '$to', to) };
}

/** The model's wish to run a shell line. */
export function shellStep({ shellTool }: AgentProbe, command: string): ModelStep | undefined {
  return shellTool && { tool: shellTool.name, arguments: replaced(shellTool.arguments, '$command', command) };
}

/** The tool of Baton's MCP server that profiles name as the example. */
export const provenTool = 'task_show';

/**
 * The model's wish to call a tool of Baton's MCP server, as the steps this agent takes for it; empty where its profile
 * does not say how.
 */
export function mcpSteps(
  { mcpTools }: AgentProbe,
  tool: string,
  given: Readonly<Record<string, unknown>>,
): readonly ModelStep[] {
  return mcpTools.map(({ name, namespace, arguments: own }, index) => ({
    tool: name.replace(provenTool, tool),
    namespace,
    arguments: index === mcpTools.length - 1 ? given : replaced(own, provenTool, tool),
  }));
}

function probeScope(profile: string, { home, workspace, modelUrl }: ProbeSurroundings): TextScope {
  return {
    profile,
    refs: { home, workspace, modelUrl },
    files: {},
    hookLine: noHook,
    lastingHookLine: noHook,
    sha256: noHook,
  };
}

function noHook(): never {
  throw new RangeError('A probe hands no hooks over: the launch does');
}

/** What only the proof knows is put in; everything else is left to the launch. */
function filledIn<V extends LaunchValue>(value: V, around: ProbeSurroundings): V;
function filledIn(value: LaunchValue, around: ProbeSurroundings): LaunchValue {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((one) => filledIn(one, around));
  if ('ref' in value && value.ref === 'modelUrl') return around.modelUrl;
  if ('ref' in value && value.ref === 'home') return around.home;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, filledIn(held, around)]));
}

function isList(value: object): value is readonly LaunchValue[] {
  return Array.isArray(value);
}

/** Every text with the placeholder in it, at any depth. A number takes the place of a text that is the placeholder. */
function replaced(
  given: Readonly<Record<string, unknown>>,
  placeholder: string,
  by: string | number,
): Readonly<Record<string, unknown>> {
  const replace = (value: unknown): unknown => {
    if (typeof by === 'number') {
      if (value === placeholder) return by;
    } else if (typeof value === 'string') return value.replaceAll(placeholder, () => by);
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, replace(held)]));
  };
  return Object.fromEntries(Object.entries(given).map(([key, held]) => [key, replace(held)]));
}
