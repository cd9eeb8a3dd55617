/** Asks a language model of the editor for a better plan. It writes nothing: its answer is shown like any other plan. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import { type Plan, planLimits } from '../../core/model/plan';
import { type Improvable, planPrompt, readPlanAnswer } from './plan-prompt';

/** Left of what a model takes in, since counting is not exact. */
const budgetShare = 0.9;

/** Models that the person may use; none where the editor has no such thing. Only asked for when a person asks. */
export async function modelsAtHand(): Promise<readonly vscode.LanguageModelChat[]> {
  // Other editors leave parts of the interface out.
  const lm: Partial<typeof vscode.lm> | undefined = vscode.lm;
  return (await lm?.selectChatModels?.()) ?? [];
}

/**
 * Throws `too_large` when not even the draft fits, `invalid_input` when the answer is no plan; a CancellationError when
 * the person stopped it; what the model throws (no consent, gone, blocked).
 */
export async function improvePlan(
  model: vscode.LanguageModelChat,
  improvable: Improvable,
  token: vscode.CancellationToken,
): Promise<Plan> {
  const { t } = vscode.l10n;
  const prompt = await fittingPrompt(model, improvable, token);
  const response = await model.sendRequest(
    [vscode.LanguageModelChatMessage.User(prompt)],
    { justification: t('To improve the plan that you asked for.') },
    token,
  );
  let answer = '';
  for await (const part of response.text) {
    if (token.isCancellationRequested) throw new vscode.CancellationError();
    answer += part;
    if (answer.length > planLimits.document) break;
  }
  if (token.isCancellationRequested) throw new vscode.CancellationError();
  const plan = readPlanAnswer(answer);
  if (plan !== undefined) return plan;
  throw new BatonError('invalid_input', t('The answer of {0} is no plan.', model.name), {
    hint: t('The plan is shown as Baton made it.'),
  });
}

async function fittingPrompt(
  model: vscode.LanguageModelChat,
  improvable: Improvable,
  token: vscode.CancellationToken,
): Promise<string> {
  const budget = Math.floor(model.maxInputTokens * budgetShare);
  for (const withSource of [true, false]) {
    const prompt = planPrompt(improvable, withSource);
    if ((await model.countTokens(prompt, token)) <= budget) return prompt;
  }
  throw new BatonError('too_large', vscode.l10n.t('The plan is too long for {0}.', model.name), {
    hint: vscode.l10n.t('The plan is shown as Baton made it.'),
  });
}
