/** The agents this person can launch: built in and from user settings, never from a workspace. */
import * as vscode from 'vscode';
import { profilesById } from '../core/agents/profiles';
import { DisposableStore } from '../core/base/disposable';
import type { AgentProfile, ExitMap } from '../core/model/agent-profile';
import { type KnownAgent, listAgents } from '../core/operations/list-agents';
import type { BatonWorkspace } from '../core/operations/workspace';
import { settingIds } from './contributions';

/** The setting maps an id to a profile, so that the settings editor can show it; the core takes a list. */
function userProfiles(): unknown {
  const setting = vscode.workspace.getConfiguration().inspect(settingIds.agents);
  // Only what a person wrote themselves may name a program to start, whatever scope a later editor lets through.
  return profilesById(setting?.globalValue);
}

/** Reads profiles when somebody asks for them first, and again when the settings change. */
export class Agents implements vscode.Disposable {
  readonly #machine: Pick<BatonWorkspace, 'ports' | 'resources'>;
  readonly #lifetime = new DisposableStore();
  readonly #changed = this.#lifetime.add(new vscode.EventEmitter<void>());
  /** Names of agents can be told now, or are others. */
  readonly onDidChange = this.#changed.event;
  #profiles: readonly AgentProfile[] = [];
  #asked = false;

  constructor(machine: Pick<BatonWorkspace, 'ports' | 'resources'>) {
    this.#machine = machine;
    this.#lifetime.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingIds.agents) && this.#asked) this.#read();
      }),
    );
  }

  /** All agents, installed or not. With `versions` every installed one is asked for its version, which can take seconds. */
  async list(options: { readonly versions: boolean } = { versions: false }): Promise<readonly KnownAgent[]> {
    const { agents, problems } = await listAgents(this.#machine, userProfiles(), options);
    for (const problem of problems) this.#machine.ports.log.warn(problem);
    this.#keep(agents.map(({ profile }) => profile));
    return agents;
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
