/** What is wrong with the resume queue, for the health check. */
import type { HealthFacts } from '../../health/health-facts';
import { setAsideNames } from '../../queue/resume-queue';
import { join, paths, relativeTo } from '../../store/paths';
import { queueOf } from '../queue-of';
import type { BatonWorkspace } from '../workspace';

export async function queueProblems(workspace: BatonWorkspace): Promise<HealthFacts['queueProblems']> {
  const { root, ports } = workspace;
  const { malformed, problem = '' } = await queueOf(workspace).list();
  const aside = ((await ports.fs.list(paths.memory(root))) ?? [])
    .map(({ name }) => name)
    .filter((name) => setAsideNames.test(name))
    .sort();
  return [
    ...(malformed ? [{ file: relativeTo(root, paths.queue(root)), message: problem }] : []),
    ...aside.map((name) => ({
      file: relativeTo(root, join(paths.memory(root), name)),
      message: 'A resume queue that made no sense; take from it what you need, and move it away',
    })),
  ];
}
