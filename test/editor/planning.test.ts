// Plan from Goal or PRD in a real extension host: the plan is shown as a text, edited there, and tasks are created only when
// a person says so. A scripted language model, an extension of its own beside Baton, improves plans and calls the tools.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { isBatonError } from '../../src/core/base/baton-error';
import { planMark } from '../../src/core/model/plan';
import { planText } from '../../src/core/planner/plan-text';
import { planGoal } from '../../src/core/planner/propose-plan';
import { commandIds, toolNames, toolPrefix } from '../../src/vscode/contributions';
import { improvePlan } from '../../src/vscode/planning/improve-plan';
import { type EditorWorkspace, openEditorWorkspace, whenState } from './support/editor-workspace';
import { eventually } from './support/eventually';

type Part = string | vscode.LanguageModelToolCallPart;

interface Script {
  readonly asked: string[];
  readonly model: { maxInputTokens: number };
  answer: (
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions,
    token: vscode.CancellationToken,
  ) => AsyncIterable<Part>;
}

const document = '# Photos\n\n## Upload\n\nJPEG only.\n\n## Albums\n\n- Share by link\n';

function openPlan(): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(
    (one) => !one.isClosed && one.isUntitled && one.getText().includes(planMark),
  );
}

async function scriptedModel(): Promise<{ script: Script; model: vscode.LanguageModelChat }> {
  const extension = vscode.extensions.getExtension<Script>('baton-test.model-provider');
  assert.ok(extension, 'the model of the tests is not installed');
  const script = await extension.activate();
  const model = await eventually('a language model', async () => {
    const [found] = await vscode.lm.selectChatModels({ vendor: 'baton-test' });
    return found;
  });
  return { script, model };
}

suite('a plan in the editor', () => {
  let workspace: EditorWorkspace;
  let prd: vscode.Uri;

  setup(async () => {
    await vscode.extensions.getExtension('baton.baton')?.activate();
    workspace = await openEditorWorkspace();
    prd = vscode.Uri.joinPath(workspace.folder.folder.uri, 'prd.md');
    await vscode.workspace.fs.writeFile(prd, new TextEncoder().encode(document));
    const listed = async () =>
      vscode.lm.invokeTool(toolPrefix + toolNames.taskShow, { input: {}, toolInvocationToken: undefined });
    await eventually('Baton sees the folder', listed);
  });

  teardown(async () => {
    await workspace.dispose();
    await vscode.workspace.fs.delete(prd);
  });

  const taskFiles = async () => {
    const folder = vscode.Uri.joinPath(workspace.folder.folder.uri, 'task-states');
    return (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name).sort();
  };

  /** By the first choice: its own headings and lists. */
  async function preview(): Promise<vscode.TextDocument> {
    void vscode.commands.executeCommand(commandIds.plan, prd);
    return eventually('the plan', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return openPlan();
    });
  }

  async function replace(plan: vscode.TextDocument, from: string, to: string): Promise<void> {
    const at = plan.getText().indexOf(from);
    assert.notEqual(at, -1, from);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(plan.uri, new vscode.Range(plan.positionAt(at), plan.positionAt(at + from.length)), to);
    assert.equal(await vscode.workspace.applyEdit(edit), true);
  }

  test('is shown at once, edited, and becomes tasks in the tree; nothing is written before', async () => {
    const plan = await preview();
    assert.equal(plan.languageId, 'markdown');
    assert.match(plan.getText(), /## T1: Upload[\s\S]*## T2: Albums[\s\S]*- `share-by-link`: Share by link/);
    assert.deepEqual(await taskFiles(), []);
    assert.equal(
      existsSync(vscode.Uri.joinPath(workspace.folder.folder.uri, '.baton/memory/plans').fsPath),
      false,
    );

    await replace(plan, '## T1: Upload', '## T1: Upload photos');
    // Pressed twice.
    const pressed = [0, 1].map(() => vscode.commands.executeCommand(commandIds.createPlannedTasks, plan.uri));
    await Promise.all(pressed);
    await whenState(workspace.state, 'two tasks', () => workspace.state.tasks.length === 2, 10_000);
    assert.deepEqual(
      workspace.state.tasks.map(({ task: { id, title, dependsOn } }) => [id, title, dependsOn.join()]),
      [
        ['1', 'Upload photos', ''],
        ['2', 'Albums', '1'],
      ],
    );
    assert.equal(openPlan(), undefined, 'the text of the plan has gone');
  });

  test('keeps the words that are typed while its tasks are created', async () => {
    const plan = await preview();
    const more = Array.from({ length: 20 }, (_, at) => `\n## T${at + 3}: Part ${at}\n`).join('');
    await replace(plan, '## T2: Albums', `${more}\n## T2: Albums`);
    const pressed = vscode.commands.executeCommand(commandIds.createPlannedTasks, plan.uri);
    await eventually('the first task', async () => (await taskFiles()).length > 0);
    await replace(plan, '## T2: Albums', '## T2: Albums, and not to forget');
    await pressed;
    await whenState(workspace.state, 'the tasks', () => workspace.state.tasks.length === 22, 20_000);
    assert.match(openPlan()?.getText() ?? '', /and not to forget/);
  });

  test('with a problem is marked where it stands, and creates nothing', async () => {
    const plan = await preview();
    await replace(plan, '**Depends on:** T1', '**Depends on:** T7');
    const [problem] = await eventually('the problem', async () => {
      const found = vscode.languages.getDiagnostics(plan.uri).filter(({ source }) => source === 'Baton');
      return found.length > 0 ? found : undefined;
    });
    assert.equal(problem?.code, 'plan.unknown-task');
    assert.equal(plan.getText(problem?.range), 'T7');
    // The refusal is a notification; the command itself ends.
    await vscode.commands.executeCommand(commandIds.createPlannedTasks, plan.uri);
    assert.deepEqual(await taskFiles(), []);
    assert.ok(problem);
    const [fix] = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      plan.uri,
      problem.range,
    );
    assert.ok(fix?.edit);
    // Somebody types above it, and what was found is looked at anew only after a moment.
    await replace(plan, '## T1: Upload', 'A line.\n\n## T1: Upload');
    const late = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      plan.uri,
      problem.range,
    );
    const cuts = late.filter(({ title }) => title === fix.title || title.startsWith('Do not depend on'));
    for (const [, edits] of cuts.flatMap(({ edit }) => edit?.entries() ?? []))
      for (const { range } of edits) assert.equal(plan.getText(range), 'T7');
    await replace(plan, 'A line.\n\n## T1: Upload', '## T1: Upload');
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(plan.getText(), /## T2: Albums\n\n\*\*Depends on:\*\* nothing\n/);
    await eventually('no problem', async () => vscode.languages.getDiagnostics(plan.uri).length === 0);
  });

  test('that is discarded, or given up at the first question, leaves nothing behind', async () => {
    await vscode.commands.executeCommand(commandIds.discardPlan, (await preview()).uri);
    assert.equal(openPlan(), undefined);
    let ended = false;
    const asked = vscode.commands.executeCommand(commandIds.plan).then(() => (ended = true));
    await eventually('the end of the command', async () => {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return ended;
    });
    await asked;
    assert.equal(openPlan(), undefined);
    assert.deepEqual(await taskFiles(), []);
  });
});

suite('a language model in the editor', () => {
  const token = new vscode.CancellationTokenSource().token;
  const source = 'write the schema; build the API';
  const improvable = { draft: planText(planGoal(source).plan), source };

  async function* answerWith(text: string): AsyncIterable<Part> {
    for (let at = 0; at < text.length; at += 40) yield text.slice(at, at + 40);
  }

  const isWrongAnswer = (error: unknown) => isBatonError(error, 'invalid_input');

  test('improves a plan: it gets the draft and the goal, and its answer is read as a plan', async () => {
    const { script, model } = await scriptedModel();
    const better = improvable.draft.replace('Build the API', 'Build and document the API');
    script.answer = () => answerWith(`Here is the plan:\n\n\`\`\`markdown\n${better}\`\`\`\n`);
    const plan = await improvePlan(model, improvable, token);
    assert.deepEqual(
      plan.tasks.map(({ title, dependsOn }) => [title, dependsOn.join()]),
      [
        ['Write the schema', ''],
        ['Build and document the API', 'T1'],
      ],
    );
    const asked = script.asked.at(-1) ?? '';
    assert.ok(asked.includes(improvable.draft.trim()) && asked.includes(`<source>\n${source}`));
  });

  test('is not believed when it answers with something else, or with a plan that could not be accepted', async () => {
    const { script, model } = await scriptedModel();
    for (const wrong of ['', 'I cannot do that.', improvable.draft.replace('on:** T1', 'on:** T9')]) {
      script.answer = () => answerWith(wrong);
      await assert.rejects(improvePlan(model, improvable, token), isWrongAnswer, wrong);
    }
  });

  test('is not asked more than it takes in: the source is left out first, then it is refused', async () => {
    const { script, model } = await scriptedModel();
    script.answer = () => answerWith(improvable.draft);
    await improvePlan(model, { ...improvable, source: 'word '.repeat(model.maxInputTokens) }, token);
    assert.ok(!(script.asked.at(-1) ?? '').includes('<source>'));
    const requests = script.asked.length;
    const long = { ...improvable, draft: 'word '.repeat(model.maxInputTokens) };
    await assert.rejects(improvePlan(model, long, token), (error) => isBatonError(error, 'too_large'));
    assert.equal(script.asked.length, requests);
  });

  test('can be stopped, and what it throws comes through', async () => {
    const { script, model } = await scriptedModel();
    const stop = new vscode.CancellationTokenSource();
    script.answer = async function* (_messages, _options, asked) {
      yield 'The first words';
      stop.cancel();
      if (!asked.isCancellationRequested)
        await new Promise<void>((resolve) => asked.onCancellationRequested(() => resolve()));
    };
    await assert.rejects(improvePlan(model, improvable, stop.token));
    script.answer = async function* () {
      yield 'The first words';
      throw new Error('The line was cut');
    };
    await assert.rejects(improvePlan(model, improvable, token), /line was cut/);
  });

  test('calls the tools of Baton: it asks for the tasks, gets them, and answers', async () => {
    const workspace = await openEditorWorkspace();
    try {
      const name = toolPrefix + toolNames.taskShow;
      await eventually('Baton sees the folder', async () =>
        vscode.lm.invokeTool(name, { input: {}, toolInvocationToken: undefined }),
      );
      const { script, model } = await scriptedModel();
      script.answer = async function* (messages, options) {
        const results = messages.flatMap(({ content }) =>
          content.filter((part) => part instanceof vscode.LanguageModelToolResultPart),
        );
        assert.ok(options.tools?.some((tool) => tool.name === name));
        if (results.length === 0) yield new vscode.LanguageModelToolCallPart('call-1', name, {});
        else yield `Seen: ${JSON.stringify(results)}`;
      };
      assert.match(await converse(model, name), /^Seen: .*tasks/);
    } finally {
      await workspace.dispose();
    }
  });

  /** As a chat does it: offers the tool, makes the call that the model asks for, and hands the result back. */
  async function converse(model: vscode.LanguageModelChat, name: string): Promise<string> {
    const tools = vscode.lm.tools.filter((tool) => tool.name === name);
    const messages = [vscode.LanguageModelChatMessage.User('Which tasks are there?')];
    for (let turn = 0; turn < 3; turn++) {
      const response = await model.sendRequest(messages, { tools: [...tools] }, token);
      let text = '';
      const calls: vscode.LanguageModelToolCallPart[] = [];
      for await (const part of response.stream) {
        if (part instanceof vscode.LanguageModelToolCallPart) calls.push(part);
        else if (part instanceof vscode.LanguageModelTextPart) text += part.value;
      }
      const [call] = calls;
      if (call === undefined) return text;
      const result = await vscode.lm.invokeTool(call.name, {
        input: call.input,
        toolInvocationToken: undefined,
      });
      messages.push(
        vscode.LanguageModelChatMessage.Assistant([call]),
        vscode.LanguageModelChatMessage.User([
          new vscode.LanguageModelToolResultPart(call.callId, result.content),
        ]),
      );
    }
    throw new Error('The model never answered');
  }
});
