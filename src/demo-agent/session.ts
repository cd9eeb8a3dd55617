/** One session of the demonstration agent: the 21 steps, done for real, against files and the `baton` command only. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { passFeatureByHand } from './by-hand';
import { endSession } from './ending';
import { type FeatureWork, featureWork, workFolder } from './feature-work';
import { finish, tickCriterion } from './finish';
import { recordProgress } from './hand-off';
import { hearStart, readBriefing } from './memory';
import { GitLocked, openRepository, run } from './programs';
import { begin, editTask, type Running, readTask, type Session, type Surroundings } from './session-state';
import { nextItem, type WorkItem } from './task-file';

/** Follows the protocol once. The exit code: 0 done, 1 the checks failed. */
export async function runSession(surroundings: Surroundings): Promise<number> {
  const { options, screen } = surroundings;
  await screen.title(`Baton demonstration agent · task #${options.taskId}`);
  const running: Running = { ...surroundings, memory: { facts: undefined, told: undefined } };
  await hearStart(running, 'startup');
  await running.hooks.call('prompt');
  const session = await orient(running);
  await understand(session);
  let failed = false;
  for (let worked = 0; worked < options.features && !failed; worked++) {
    const trusting = options.trustPacket && worked === 0;
    const item = nextItem(await readTask(session), session.memory.facts, trusting);
    if (!item && worked > 0) break;
    failed = !(await workOn(session, item));
    if (!item) break;
  }
  await begin(session, 19);
  if (options.forget) await screen.say('Left out: it forgets.');
  else await recordProgress(session, await readTask(session));
  await begin(session, 20);
  await finish(session);
  await begin(session, 21);
  await commitTask(session);
  await endSession(session, () => commitTask(session));
  return failed ? 1 : 0;
}

async function orient(running: Running): Promise<Session> {
  const { options, screen } = running;
  await begin(running, 1);
  await screen.show(process.cwd());
  await begin(running, 2);
  await readBriefing(running);
  const task = await readTask({ options });
  await screen.say(`${task.title}: ${task.features.length} features, ${task.sessions} earlier sessions`);
  await begin(running, 3);
  const repository = await openRepository(options.root);
  await screen.show(
    repository ? await repository.log(10) : 'No git repository here: working without commits.',
  );
  await begin(running, 4);
  const dirty = (await repository?.dirty()) ?? [];
  const leftovers = dirty.filter((path) => path.startsWith(`${workFolder(options.taskId)}/`));
  await screen.show(dirty.length > 0 ? dirty.join('\n') : 'Nothing uncommitted.');
  if (leftovers.length > 0) await screen.say('An earlier session left work half done. It will be finished.');
  const issues = repository ? [] : ['No git repository: nothing was committed'];
  return {
    ...running,
    repository,
    leftovers,
    did: [],
    issues,
    touched: new Set(),
    passed: [],
  };
}

async function understand(session: Session): Promise<void> {
  const { screen, options } = session;
  const task = await readTask(session);
  await begin(session, 5);
  const open = task.features.filter((feature) => !feature.passes);
  await screen.say(`${task.features.length - open.length} of ${task.features.length} features pass`);
  await screen.show(open.map((feature) => `${feature.id}: ${feature.description}`).join('\n'));
  await begin(session, 6);
  if (task.nextSteps.length > 0) await screen.show(task.nextSteps.join('\n'));
  else
    await screen.say(task.inputs.length > 0 ? `Builds on ${task.inputs.join(', ')}` : 'Starts from nothing.');
  await begin(session, 7);
  const item = nextItem(task, session.memory.facts, options.trustPacket);
  const own = item && featureWork(options.taskId, item).moduleFile;
  const there = own !== undefined && (await readIfThere(join(options.root, own))) !== undefined;
  await screen.say(there ? `${own} exists already` : 'Nothing written for this yet.');
  await begin(session, 8);
  await screen.say('One module and one check a feature, as in the features before.');
}

/** Steps 9 to 18 for one item; true when it passed or there was nothing left to do. */
async function workOn(session: Session, item: WorkItem | undefined): Promise<boolean> {
  const { screen, options } = session;
  await begin(session, 9);
  await screen.say(
    item ? `${item.id}: ${item.description}` : 'Every feature passes: only the hand-off is left.',
  );
  if (!item) return true;
  const work = featureWork(options.taskId, item);
  await begin(session, 10);
  await screen.say(`Write ${work.functionName}(), check it with several subjects and with bad ones.`);
  await begin(session, 11);
  await screen.show(`${work.moduleFile}\n${work.checkFile}`);
  await begin(session, 12);
  await screen.say('Not needed here.');
  await implement(session, item, work);
  return verify(session, item, work);
}

async function implement(session: Session, item: WorkItem, work: FeatureWork): Promise<void> {
  const { options } = session;
  await begin(session, 13);
  const left = session.leftovers.filter((path) => path === work.moduleFile || path === work.checkFile);
  await writeWork(session, work.moduleFile, work.moduleText);
  if (options.stopMidFeature) session.die();
  await begin(session, 14);
  await writeWork(session, work.checkFile, work.checkText);
  session.did.push(
    left.length > 0
      ? `Finished ${item.id}, which an earlier session left uncommitted: ${left.join(', ')}`
      : `Implemented ${item.id}: ${item.description} (${work.moduleFile})`,
  );
  await begin(session, 15);
  const message = `feat(task-${options.taskId}): ${subject(item)}`;
  await commit(session, message, [work.moduleFile, work.checkFile], 'Committed before.');
}

/** Says what became of it; what cannot be committed now is told to the next session, and the work goes on. */
async function commit(
  { repository, screen, issues }: Session,
  message: string,
  paths: readonly string[],
  unchanged: string,
): Promise<void> {
  if (!repository) return screen.say('Skipped: no git.');
  try {
    const hash = await repository.commit(message, paths);
    await screen.say(hash ? `Committed ${hash}` : unchanged);
  } catch (error) {
    if (!(error instanceof GitLocked)) throw error;
    const words = `Not committed, since git is locked: ${error.lock}. If no git is running, a person may remove it`;
    issues.push(words);
    await screen.say(words);
  }
}

/** Writes a file unless it says so already, as after a session that died right after writing it. */
async function writeWork(session: Session, file: string, text: string): Promise<void> {
  const path = join(session.options.root, file);
  const there = await readIfThere(path);
  if (there === text) return session.screen.say(`${file} is complete from an earlier session`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await session.screen.say(`${there === undefined ? 'Wrote' : 'Completed'} ${file}`);
}

async function verify(session: Session, item: WorkItem, work: FeatureWork): Promise<boolean> {
  const { screen, options } = session;
  await begin(session, 16);
  const check = await run(process.execPath, [work.checkFile], options.root);
  await screen.show(check.out || check.err);
  await begin(session, 17);
  await screen.say('No user interface in this feature.');
  await begin(session, 18);
  if (check.code !== 0) {
    session.issues.push(
      `The check of ${item.id} failed: node ${work.checkFile} exited ${check.code ?? 'at once'}`,
    );
    await screen.say(`${item.id} stays open: its check failed.`);
    return false;
  }
  const evidence = `node ${work.checkFile} exited 0`;
  await markPassed(session, item, evidence);
  session.passed.push({ item, work, evidence });
  await screen.say(`${item.id} passes: ${evidence}`);
  return true;
}

async function markPassed(session: Session, item: WorkItem, evidence: string): Promise<void> {
  if (item.kind === 'criterion') return tickCriterion(session, item.number);
  const { taskId } = session.options;
  const called = await session.baton.call(['feature', 'pass', taskId, item.id, `--manual=${evidence}`]);
  if (!called)
    await editTask(session, (text) => passFeatureByHand(text, item.id, session.now().toISOString()));
}

async function commitTask(session: Session): Promise<void> {
  const { options } = session;
  const taskFile = relative(options.root, options.taskFile).split(sep).join('/');
  const paths = [taskFile, ...session.touched];
  const unchanged = 'Nothing to commit: git ignores the task file, or it is unchanged.';
  await commit(session, `docs(task-${options.taskId}): hand over`, paths, unchanged);
}

function subject(item: WorkItem): string {
  const text = `${item.id}: ${item.description.replace(/\s+/g, ' ').trim()}`;
  return text.length <= 68 ? text : `${text.slice(0, 67)}…`;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
