/** Which agents there are, what they tell of themselves, and how hooks that need a set-up get it. */
import assert from 'node:assert/strict';
import { launchNotices } from '../../../../src/core/agents/launch-notices';
import { isNewer, versionIn } from '../../../../src/core/agents/version';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { agentNamed, chooseAgent, isUntested, listAgents } from '../../../../src/core/operations/list-agents';
import { setUpHooks } from '../../../../src/core/operations/set-up-hooks';
import { builtIn } from '../../../support/agent-profiles';
import { memoryWorkspace } from '../../../support/memory-workspace';

suite('listing agents', () => {
  test('asks installed programs for their versions, without a shell, and only when wanted', async () => {
    const { workspace, ports } = await memoryWorkspace();
    ports.programs.answers.set('/usr/bin/claude', { exitCode: 0, printed: '2.2.0 (Claude Code)\n' });
    assert.equal(agentNamed((await listAgents(workspace, undefined)).agents, 'claude').version, undefined);
    assert.deepEqual(ports.programs.runs, []);
    const { agents } = await listAgents(workspace, undefined, { versions: true });
    const claude = agentNamed(agents, 'Claude Code');
    assert.equal(claude.version, '2.2.0');
    assert.ok(isUntested(claude));
    assert.deepEqual(ports.programs.runs, [['/usr/bin/claude', '--version']]);
  });

  test('a program that fails to tell its version is installed all the same', async () => {
    const { workspace, ports } = await memoryWorkspace();
    ports.programs.answers.set('/usr/bin/claude', { exitCode: 1, printed: 'error 5.5' });
    const { agents } = await listAgents(workspace, undefined, { versions: true });
    const claude = agentNamed(agents, 'claude');
    assert.equal(claude.executable, '/usr/bin/claude');
    assert.equal(claude.version, undefined);
    assert.equal(isUntested(claude), false);
  });

  test('says which agents there are when one is not known', async () => {
    const { workspace } = await memoryWorkspace();
    await assert.rejects(chooseAgent(workspace, undefined, 'nobody'), (error) => {
      assert.ok(isBatonError(error, 'not_found'));
      assert.match(error.hint ?? '', /claude, cline, codex/);
      return true;
    });
  });

  test('says why a profile of the person’s own is not there', async () => {
    const { workspace } = await memoryWorkspace();
    await assert.rejects(
      chooseAgent(workspace, [{ schema: 1, id: 'mine', label: 'Mine' }], 'mine'),
      (error) => {
        assert.ok(isBatonError(error, 'not_found'));
        assert.match(error.details?.join() ?? '', /^Not used: mine: executables/);
        return true;
      },
    );
  });

  test('the only one installed is chosen when none is named', async () => {
    const { workspace, ports } = await memoryWorkspace();
    assert.equal((await chooseAgent(workspace, undefined, undefined)).id, 'claude');
    ports.processes.programs.set('codex', '/usr/bin/codex');
    await assert.rejects(chooseAgent(workspace, undefined, undefined), (error) =>
      isBatonError(error, 'usage'),
    );
  });
});

suite('versions', () => {
  const printed = [
    ['2.1.329 (Claude Code)', '2.1.329'],
    ['codex-cli 0.169.0', '0.169.0'],
    ['v1.0', '1.0'],
    ['version unknown', undefined],
  ] as const;
  for (const [text, version] of printed) {
    test(`"${text}" tells ${version}`, () => assert.equal(versionIn(text), version));
  }

  const pairs = [
    ['2.1.330', '2.1.329', true],
    ['2.10.0', '2.9.9', true],
    ['2.1', '2.1.0', false],
    ['2.1.0.1', '2.1', true],
    ['1.9.9', '2.0', false],
    ['9.9', '', false],
  ] as const;
  for (const [own, tested, newer] of pairs) {
    test(`${own} is ${newer ? '' : 'not '}newer than ${tested || 'nothing tested'}`, () =>
      assert.equal(isNewer(own, tested), newer));
  }
});

suite('launch notices', () => {
  test('say nothing of an agent that gets its facts again', () =>
    assert.deepEqual(launchNotices(builtIn('claude'), { hooks: true, version: '2.1.329' }), []));

  test('say that a program is newer than what was tested', () =>
    assert.deepEqual(launchNotices(builtIn('claude'), { hooks: true, version: '3.0' }), [
      'Claude Code 3.0 is newer than 2.1.329, the version Baton was tested with.',
    ]));

  test('say that the person has to begin where an agent takes no prompt', () => {
    const notice = /takes no prompt when it starts/;
    assert.match(launchNotices(builtIn('amp'), { hooks: false }).join('\n'), notice);
    assert.doesNotMatch(launchNotices(builtIn('amp'), { hooks: false, mode: 'headless' }).join('\n'), notice);
  });

  test('do not promise instructions that a continued session does not get', () => {
    const words = (continued: boolean) =>
      launchNotices(builtIn('codex'), { hooks: false, continued }).join('\n');
    assert.match(words(false), /its instructions stay/);
    assert.doesNotMatch(words(true), /its instructions stay/);
  });
});

suite('hooks that need a set-up', () => {
  async function installed(id: string) {
    const { workspace, ports } = await memoryWorkspace();
    ports.processes.programs.set(id, `/usr/bin/${id}`);
    return { workspace, ports, agent: agentNamed((await listAgents(workspace, undefined)).agents, id) };
  }

  test('get their lasting files, and the agent’s own program is run on them', async () => {
    const { workspace, ports, agent } = await installed('gemini');
    ports.programs.answers.set('/usr/bin/gemini', { exitCode: 0, printed: '' });
    await setUpHooks(workspace, agent);
    const folder = '/home/ada/.cache/baton/set-ups/gemini';
    assert.deepEqual(ports.programs.runs, [['/usr/bin/gemini', 'extensions', 'link', folder, '--consent']]);
    assert.match(ports.fs.text(`${folder}/hooks/hooks.json`) ?? '', /BATON_TASK_ID/);
    assert.match(ports.fs.text(`${folder}/gemini-extension.json`) ?? '', /"name": "baton"/);
    assert.equal(agent.consent?.shows, `gemini extensions link ${folder} --consent`);
  });

  test('say what the program said when it refuses', async () => {
    const { workspace, ports, agent } = await installed('gemini');
    ports.programs.answers.set('/usr/bin/gemini', { exitCode: 1, printed: 'Extension "baton" exists\n' });
    await assert.rejects(setUpHooks(workspace, agent), (error) => {
      assert.ok(isBatonError(error, 'launch_refused'));
      assert.deepEqual(error.details, ['Extension "baton" exists']);
      return true;
    });
  });

  test('run nothing where every launch brings its own', async () => {
    const { workspace, ports, agent } = await installed('codex');
    await setUpHooks(workspace, agent);
    assert.deepEqual(ports.programs.runs, []);
  });
});
