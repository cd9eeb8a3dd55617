/**
 * Hooks that answer a question of safety for the person (the agent's own "do you trust these?") are used only after the
 * person has agreed to exactly that command. Source: agents.md, finding 7 and section 14.
 */
import { encodeUtf8 } from '../base/utf8';
import type { AgentProfile } from '../model/agent-profile';
import type { Hasher } from '../ports';
import { economySource } from './economy';
import { hookLinesOf } from './hook-line';
import { fileText } from './launch-plan';
import { launchText, type TextScope } from './launch-text';
import { batonCommand, type LaunchTools, setUpFolder } from './launch-tools';

export interface Consent {
  /** Changes with what is shown, so that something new is asked anew; not with the folder of the `baton` command. */
  readonly key: string;
  /** One plain sentence. */
  readonly question: string;
  /** The command or file that is agreed to, as it is. */
  readonly shows: string;
  /** Arguments to run the agent's own program with, once, after consent and after `files` are written. */
  readonly setUp?: readonly string[];
  /** Lasting files of the set-up: absolute path and text. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

/**
 * Stands for the folder of the `baton` command in what a key is made of. Editor and command line each keep their own
 * command, and a person who has agreed to the one is not asked about the other: it is agreed that Baton's own command is
 * called, with these words, and no repository and no agent can say where it lies. What the agent checks is not weakened:
 * the hash that makes Codex trust a hook is made at each launch from the whole line, path included.
 */
const anyFolder = '<baton>';

/** Undefined when the agent's hooks need no consent, or it has none. */
export function consentFor(profile: AgentProfile, tools: LaunchTools, hasher: Hasher): Consent | undefined {
  const consent = profile.hooks?.consent;
  if (consent === undefined) return undefined;
  const scope = lastingScope(profile, tools, hasher);
  const { shows, files } = textsOf(consent, scope);
  const anywhere = textsOf(consent, lastingScope(profile, { ...tools, binFolder: anyFolder }, hasher));
  // What a set-up writes is part of what is agreed to.
  const agreed = [anywhere.shows, ...anywhere.files.map(({ text }) => text)].join('\0');
  return {
    // The cheap profile of an agent has the hooks of that agent, so it is agreed to with it.
    key: `${economySource(profile.id)}:${hasher.sha256(encodeUtf8(agreed)).slice(0, 16)}`,
    question: consent.question,
    shows,
    files: files.map(({ path, text }) => ({ path: `${setUpFolder(tools, profile.id)}/${path}`, text })),
    ...(consent.setUp && { setUp: consent.setUp.args.map((arg) => launchText(arg, scope)) }),
  };
}

type Asking = NonNullable<NonNullable<AgentProfile['hooks']>['consent']>;

function textsOf({ shows, setUp }: Asking, scope: TextScope) {
  const files = (setUp?.files ?? []).map((file) => ({ path: file.path, text: fileText(file, scope) }));
  return { shows: launchText(shows, scope), files };
}

/** What stays the same from launch to launch: neither a session nor a packet is in it. */
function lastingScope(profile: AgentProfile, tools: LaunchTools, hasher: Hasher): TextScope {
  return {
    profile: profile.id,
    refs: {
      setUpFolder: setUpFolder(tools, profile.id),
      baton: batonCommand(tools),
      hookLibrary: tools.hookLibrary,
      home: tools.home,
    },
    files: {},
    ...hookLinesOf(profile, tools),
    sha256: (text) => hasher.sha256(encodeUtf8(text)),
  };
}
