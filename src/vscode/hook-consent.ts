/**
 * Hooks that answer a question of safety for the person are used only after they have agreed, once, to exactly what is
 * run. What they agreed to is kept where the command line finds it too; what they declined, in this editor alone.
 */
import type * as vscode from 'vscode';
import type { Consent } from '../core/agents/consent';
import { isVerifyConsentKey } from '../core/evidence/verify-command';
import type { KnownAgent } from '../core/operations/list-agents';
import { declinedKey } from './contributions';

/** The person's consents on this machine; keys as `consentFor` makes them. */
export interface ConsentStore {
  read(): Promise<ReadonlySet<string>>;
  add(key: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** Makes the hooks known to the agent, where that takes more than the launch; throws when its program fails. */
  setUp(agent: KnownAgent): Promise<void>;
}

export type HookAnswer = 'use' | 'without';

/** How hooks stand for one agent before a launch. */
export type HookStanding = 'none' | 'free' | 'agreed' | 'declined' | 'open';

/** What was answered, and for which agent. */
export interface GivenAnswer {
  readonly key: string;
  readonly agent: string;
  readonly answer: HookAnswer;
}

export class HookConsent {
  readonly #store: ConsentStore;
  readonly #memento: vscode.Memento;
  readonly #ask: (agentLabel: string, question: Consent) => Promise<HookAnswer>;

  /** @param ask shows the question; rejects when the person gives the launch up */
  constructor(
    store: ConsentStore,
    memento: vscode.Memento,
    ask: (agentLabel: string, question: Consent) => Promise<HookAnswer>,
  ) {
    this.#store = store;
    this.#memento = memento;
    this.#ask = ask;
  }

  /** Where an agent stands now, given what was agreed to. */
  standing({ profile, consent }: KnownAgent, agreed: ReadonlySet<string>): HookStanding {
    if (profile.hooks === undefined) return 'none';
    if (consent === undefined) return 'free';
    if (agreed.has(consent.key)) return 'agreed';
    return this.#declined().includes(consent.key) ? 'declined' : 'open';
  }

  agreed(): Promise<ReadonlySet<string>> {
    return this.#store.read();
  }

  /**
   * Asks where that is still open, and remembers the answer.
   *
   * @returns the keys to launch with. Rejects when the person gives up, and when the hooks could not be set up.
   */
  async settle(agent: KnownAgent): Promise<ReadonlySet<string>> {
    const agreed = await this.#store.read();
    const { consent, profile } = agent;
    if (consent === undefined || this.standing(agent, agreed) !== 'open') return agreed;
    if ((await this.#ask(profile.label, consent)) === 'without') {
      await this.#memento.update(declinedKey, [...this.#declined(), consent.key]);
      return agreed;
    }
    await this.#store.setUp(agent);
    await this.#store.add(consent.key);
    return new Set([...agreed, consent.key]);
  }

  /** Everything that was answered of hooks, agreed or declined. */
  async answers(): Promise<readonly GivenAnswer[]> {
    const given = (answer: HookAnswer) => (key: string) => ({ key, agent: agentOf(key), answer });
    const agreed = [...(await this.#store.read())].filter((key) => !isVerifyConsentKey(key));
    return [...agreed.map(given('use')), ...this.#declined().map(given('without'))];
  }

  /** Of commands that verify features. */
  async commandKeys(): Promise<readonly string[]> {
    return [...(await this.#store.read())].filter(isVerifyConsentKey);
  }

  /** Each is asked for again before it runs. */
  async forgetCommands(): Promise<void> {
    for (const key of await this.commandKeys()) await this.#store.remove(key);
  }

  /** The next launch asks again. */
  async forget({ key, answer }: GivenAnswer): Promise<void> {
    if (answer === 'use') await this.#store.remove(key);
    else
      await this.#memento.update(
        declinedKey,
        this.#declined().filter((one) => one !== key),
      );
  }

  #declined(): readonly string[] {
    const stored = this.#memento.get<unknown>(declinedKey);
    return Array.isArray(stored) ? stored.filter((key) => typeof key === 'string') : [];
  }
}

/** A key begins with the id of its agent. */
function agentOf(key: string): string {
  return key.slice(0, key.lastIndexOf(':'));
}
