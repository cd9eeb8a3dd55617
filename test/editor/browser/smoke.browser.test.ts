// The least that must be true in front of a real window before any other suite makes sense.
import assert from 'node:assert/strict';
import { localized, readManifest } from '../../harness/project';
import { withWorkbench } from '../support/workbench';

suite('the extension in front of a real window', () => {
  const [container] = readManifest().contributes?.viewsContainers?.activitybar ?? [];

  test('opens its view from the activity bar without a complaint', async () => {
    assert.ok(container, 'the manifest contributes no view container');
    await withWorkbench({ files: { 'README.md': '# A project\n' }, git: true }, async (workbench) => {
      await workbench.openView(localized(container.title));
      await workbench.screenshot('smoke');
      assert.deepEqual(await workbench.notifications(), []);
    });
  });

  test('leaves a restricted window usable', async () => {
    assert.ok(container, 'the manifest contributes no view container');
    await withWorkbench({ files: { 'README.md': '# A project\n' }, trusted: false }, async (workbench) => {
      await workbench.openView(localized(container.title));
      await workbench.screenshot('smoke-restricted');
      assert.deepEqual(await workbench.notifications(), []);
    });
  });
});
