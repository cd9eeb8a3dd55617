/** The merged identity as a session finds it: its packet points at a file, so the file must be there and be current. */
import assert from 'node:assert/strict';
import { beginExternal, endExternal } from '../../../../src/core/operations/external-session';
import { abandonLaunch, prepareLaunch } from '../../../../src/core/operations/launch-session';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { paths } from '../../../../src/core/store/paths';
import { builtIn } from '../../../support/agent-profiles';
import { root } from '../../../support/memory-workspace';
import { task } from '../sessions/session-example';
import { withTask } from './session-support';

const file = paths.effectiveIdentity(root);
const soul = `${root}/.baton/SOUL.md`;

const sessions: readonly (readonly [string, (workspace: BatonWorkspace) => Promise<void>])[] = [
  [
    'a launch',
    async (workspace) => {
      const { session } = await prepareLaunch(workspace, task, { agent: builtIn('claude') });
      await abandonLaunch(workspace, session.id, 'the test is over');
    },
  ],
  [
    'a session started by hand',
    async (workspace) => {
      const { id } = await beginExternal(workspace, task, { agent: 'vim' });
      await endExternal(workspace, id, {});
    },
  ],
];

for (const [what, begin] of sessions) {
  suite(`the identity of ${what}`, () => {
    test('is written down merged, again when a layer changes, and goes when none says anything', async () => {
      const { workspace, ports } = await withTask();
      ports.fs.put(soul, '## Tone\nFormal.\n');
      ports.fs.put(`${root}/AGENTS.md`, '## Tone\nLoose.\n\n## Build\nRun make.\n');
      await begin(workspace);
      const written = ports.fs.text(file) ?? '';
      assert.match(written, /## Tone\nFormal\.\n[\s\S]*## Build\nRun make\.\n$/);
      assert.doesNotMatch(written, /Loose/);
      ports.fs.put(soul, '## Tone\nFriendly.\n');
      await begin(workspace);
      assert.match(ports.fs.text(file) ?? '', /Friendly/);
      await ports.fs.remove(soul);
      await ports.fs.remove(`${root}/AGENTS.md`);
      await begin(workspace);
      assert.equal(ports.fs.text(file), undefined);
    });
  });
}
