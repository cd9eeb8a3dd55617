/**
 * The agents this person can launch: built in, from their `agents.json`, which the command line reads too, and from user
 * settings, never from a workspace.
 */
import * as vscode from 'vscode';
import { economyProfile } from '../core/agents/economy';
import { mergedProfiles, profilesById } from '../core/agents/profiles';
import { isBatonError } from '../core/base/baton-error';
import { DisposableStore } from '../core/base/disposable';
import type { AgentProfile, ExitMap } from '../core/model/agent-profile';
import { type KnownAgent, listAgents } from '../core/operations/list-agents';
import type { BatonWorkspace } from '../core/operations/workspace';
import { settingIds } from './contributions';

/** The setting maps an id to a profile, so that the settings editor can show it; the core takes a list. */
function profilesOfSettings(): unknown {
  // Only what a person wrote themselves may name a program to start, whatever scope a later editor lets through.
  return vscode.workspace.getConfiguration().inspect(settingIds.agents)?.globalValue;
}

/** Sessions in the background carry the id of the cheap profile that was made of another one. */
function withEconomy(profile: AgentProfile): readonly AgentProfile[] {
  const economy = economyProfile(profile);
  return economy === undefined || economy.id === profile.id ? [profile] : [profile, economy];
}

function inBackground(agents: readonly KnownAgent[]): readonly AgentProfile[] {
  return agents.flatMap(({ profile, executable }) => {
    const economy = executable === undefined ? undefined : economyProfile(profile);
    return economy?.headless === undefined ? [] : [economy];
  });
}

/** Reads profiles when somebody asks for them first, and again when the settings change. */
export class Agents implements vscode.Disposable {
  readonly #machine: Pick<BatonWorkspace, 'ports' | 'resources'>;
  readonly #readShared: () => Promise<unknown>;
  readonly #lifetime = new DisposableStore();
  readonly #changed = this.#lifetime.add(new vscode.EventEmitter<void>());
  /** Names of agents can be told now, or are others. */
  readonly onDidChange = this.#changed.event;
  #profiles: readonly AgentProfile[] = [];
  #asked = false;

  /** @param readShared the person's `agents.json`, id to profile, unchecked; undefined when there is none */
  constructor(
    machine: Pick<BatonWorkspace, 'ports' | 'resources'>,
    readShared: () => Promise<unknown> = async () => undefined,
  ) {
    this.#machine = machine;
    this.#readShared = readShared;
    this.#lifetime.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingIds.agents) && this.#asked) this.#read();
      }),
    );
  }

  /** All agents, installed or not. With `versions` every installed one is asked for its version, which can take seconds. */
  async list(options: { readonly versions: boolean } = { versions: false }): Promise<readonly KnownAgent[]> {
    const own = profilesById(mergedProfiles(await this.#shared(), profilesOfSettings()));
    const { agents, problems } = await listAgents(this.#machine, own, options);
    for (const problem of problems) this.#machine.ports.log.warn(problem);
    this.#keep(agents.flatMap(({ profile }) => withEconomy(profile)));
    return agents;
  }

  /**
   * Those that Baton may start by itself, cheap and without a terminal, and labels of those that would be if a run knew
   * of them: a run is the command line's, which reads `agents.json` and no settings of this editor.
   */
  async listForRuns(): Promise<{
    readonly agents: readonly AgentProfile[];
    readonly onlyInSettings: readonly string[];
  }> {
    const shared = await this.#shared();
    const known = async (own: unknown) => (await listAgents(this.#machine, profilesById(own))).agents;
    const agents = inBackground(await known(shared));
    const ids = new Set(agents.map(({ id }) => id));
    const all = inBackground(await known(mergedProfiles(shared, profilesOfSettings())));
    return { agents, onlyInSettings: all.filter(({ id }) => !ids.has(id)).map(({ label }) => label) };
  }

  /** A file that makes no sense is told and left alone; what is built in and in settings is there all the same. */
  async #shared(): Promise<unknown> {
    try {
      return await this.#readShared();
    } catch (error) {
      if (!isBatonError(error)) throw error;
      this.#machine.ports.log.warn(error.message);
      return undefined;
    }
  }

  /** Undefined while profiles are being read, and for an agent that has none (any more). */
  profile(id: string): AgentProfile | undefined {
    if (!this.#asked) this.#read();
    return this.#profiles.find((profile) => profile.id === id);
  }

  /** The name to show for an agent; its id when no profile has it. */
  readonly label = (id: string): string => this.profile(id)?.label ?? id;

  readonly exitMap = (id: string): ExitMap | undefined => this.profile(id)?.exit;

  dispose(): void {
    this.#lifetime.dispose();
  }

  #read(): void {
    this.#asked = true;
    this.list().catch((error: unknown) => this.#machine.ports.log.error(String(error)));
  }

  #keep(profiles: readonly AgentProfile[]): void {
    this.#asked = true;
    const same = JSON.stringify(profiles) === JSON.stringify(this.#profiles);
    this.#profiles = profiles;
    if (!same && !this.#lifetime.isDisposed) this.#changed.fire();
  }
}
