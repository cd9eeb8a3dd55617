/** Verify Feature…, Verify All Features, Re-verify What Changed, Record Verification by Hand…. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import type { Feature } from '../../core/model/task';
import { passFeature } from '../../core/operations/pass-feature';
import { showTask } from '../../core/operations/show-task';
import type { VerifyScope } from '../../core/operations/verify-plan';
import { askPick, askText, type Choice } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import type { LocatedTask } from '../state';
import { hasFeatures, taskLabel } from '../task-face';
import { taskRefOf } from '../task-ref';
import { evidenceWords } from '../verification/evidence-words';
import { chooseFolder, chooseTask } from './choose';
import type { Handler, Services } from './services';
import { targetOf } from './task-file';

export const verifyFeatureCommand: Handler = async (services, argument) => {
  const title = vscode.l10n.t('Verify Feature');
  const located = await chooseVerifiable(services, argument, title);
  const feature = featureOf(argument) ?? (await askFeature(located, title));
  const verification = await services.verification();
  await verification.verify(located.folder, { task: located.task.id, feature, scope: 'open' });
};

export const verifyAllCommand: Handler = (services, argument) =>
  verifySeveral(services, argument, 'all', vscode.l10n.t('Verify All Features'));

export const verifyChangedCommand: Handler = (services, argument) =>
  verifySeveral(services, argument, 'changed', vscode.l10n.t('Re-verify What Changed'));

/** Of the task it was called on, else of every task of a folder. */
async function verifySeveral(
  services: Services,
  argument: unknown,
  scope: VerifyScope,
  title: string,
): Promise<void> {
  const ref = taskRefOf(argument);
  const folder = await chooseFolder(services, title, argument);
  const verification = await services.verification();
  await verification.verify(folder, { task: ref?.task, scope });
}

export const passByHandCommand: Handler = async (services, argument) => {
  const title = vscode.l10n.t('Record Verification by Hand');
  const { folder, task } = await chooseVerifiable(services, argument, title);
  const feature = featureOf(argument);
  if (feature === undefined) throw new BatonError('not_found', vscode.l10n.t('No feature is given.'));
  const { value } = await askText({
    title: `${title} · #${task.id} ${feature}`,
    prompt: vscode.l10n.t(
      'How was it verified? It stands in the task file, where everybody sees that it was by hand.',
    ),
    value: '',
    refuse: (text) => (text.trim() === '' ? vscode.l10n.t('One sentence is enough.') : undefined),
  });
  await passFeature(folder.workspace, task.id, feature, { manual: value });
  await folder.refresh();
};

function chooseVerifiable(services: Services, argument: unknown, title: string): Promise<LocatedTask> {
  return chooseTask(services, argument, {
    title,
    placeholder: vscode.l10n.t('Of which task?'),
    offer: hasFeatures,
    none: vscode.l10n.t('No task has features.'),
  });
}

function featureOf(argument: unknown): string | undefined {
  const target = targetOf(argument);
  return target?.kind === 'feature' ? target.id : undefined;
}

/** @returns undefined for all that do not pass yet */
async function askFeature({ folder, task }: LocatedTask, title: string): Promise<string | undefined> {
  const { document } = await showTask(folder.workspace, task.id);
  const features = document.featureList.filter(({ verify }) => verify !== undefined);
  if (features.length === 0) {
    throw new BatonError(
      'not_found',
      vscode.l10n.t('No feature of #{0} names a command that verifies it.', task.id),
      {
        hint: vscode.l10n.t(
          'Add "verify" to a feature in the checklist, or record by hand how it was verified.',
        ),
      },
    );
  }
  const open = features.filter(({ passes }) => !passes).length;
  const all: Choice<Feature | undefined> = {
    label: vscode.l10n.t('All that do not pass yet ({0})', open),
    iconPath: new vscode.ThemeIcon('run-all'),
    value: undefined,
  };
  const picked = await askPick<Feature | undefined>({
    title: `${title} · ${taskLabel(task)}`,
    placeholder: vscode.l10n.t('Which feature?'),
    items: [...(open > 1 ? [all] : []), ...features.map(featureChoice)],
  });
  if (picked.move === 'back') throw new Cancelled();
  return picked.value?.id;
}

function featureChoice(feature: Feature): Choice<Feature | undefined> {
  const words = evidenceWords(feature, vscode.l10n);
  return {
    label: feature.id,
    description: [feature.description, words].filter((part) => part !== '').join(' · '),
    detail: feature.verify ?? '',
    iconPath: new vscode.ThemeIcon(feature.passes ? 'pass' : 'circle-large-outline'),
    value: feature,
  };
}
