// What the pick says of an agent before a launch, in plain words.
import assert from 'node:assert/strict';
import { type AgentProfileInput, agentProfileSchema } from '../../../src/core/model/agent-profile';
import type { HookStanding } from '../../../src/vscode/hook-consent';
import { describeAgent, reachWords } from '../../../src/vscode/quick-input/agent-words';
import { l10n } from './support';

function profile(parts: Partial<AgentProfileInput>) {
  return agentProfileSchema.parse({
    ...{ schema: 1, id: 'one', label: 'One', description: 'An agent', executables: ['one'], args: [] },
    ...parts,
  });
}

const hooked = profile({
  testedWith: '2.1.0',
  instructions: { channel: 'append' },
  hooks: { supply: 'a settings file', dialect: 'claude', events: ['start'], againAfterCompaction: true },
});

suite('what a person reads of an agent before a launch', () => {
  test('is how the protocol reaches it, its hooks, and whether facts arrive again', () => {
    const rows: readonly (readonly [HookStanding, string])[] = [
      ['free', 'facts again after a compaction · hooks by a settings file'],
      ['agreed', 'facts again after a compaction · hooks by a settings file'],
      ['open', 'facts only once, not after a compaction · hooks once you agree'],
      ['declined', 'facts only once, not after a compaction · without hooks, as you chose'],
    ];
    for (const [standing, words] of rows) {
      assert.equal(
        reachWords({ profile: hooked }, standing, l10n),
        `Protocol in its system prompt · ${words}`,
      );
    }
    assert.equal(
      reachWords({ profile: profile({}) }, 'none', l10n),
      'Protocol in the packet · facts only once, not after a compaction · no hooks',
    );
  });

  test('names the version, and says when it is newer than the one that was tested', () => {
    assert.equal(describeAgent(hooked, '2.1.0'), '2.1.0 · An agent');
    assert.equal(describeAgent(hooked, undefined), 'An agent');
    assert.doesNotMatch(reachWords({ profile: hooked, version: '2.1.0' }, 'free', l10n), /newer/);
    assert.match(
      reachWords({ profile: hooked, version: '2.1.1' }, 'free', l10n),
      /newer than 2\.1\.0, which was tested$/,
    );
  });
});
