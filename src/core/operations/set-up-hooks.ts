/** Makes Baton's hooks known to an agent that takes them only by a set-up of its own; once, after the person's consent. */
import { BatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';
import { replaceFile } from '../store/atomic-file';
import { folderOf } from '../store/paths';
import type { KnownAgent, Machine } from './list-agents';

const setUpLimitMs = 30_000;

/**
 * Writes the lasting files and runs the agent's own program on them, without a shell. Nothing to do for an agent that
 * takes its hooks with every launch.
 *
 * Throws `agent_missing` when it is not installed, `launch_refused` when its program fails, `io_failed`.
 */
export async function setUpHooks(machine: Machine, agent: KnownAgent): Promise<void> {
  const { profile, executable, consent } = agent;
  if (consent === undefined) return;
  const { fs, programs } = machine.ports;
  for (const { path, text } of consent.files) {
    await fs.mkdir(folderOf(path), { mode: 0o700 });
    await replaceFile(fs, path, encodeUtf8(text));
  }
  if (consent.setUp === undefined) return;
  if (executable === undefined) throw new BatonError('agent_missing', `${profile.label} is not installed`);
  const ended = await programs.run(executable, consent.setUp, { limitMs: setUpLimitMs });
  if (ended?.exitCode === 0) return;
  const said = ended?.printed.trim().split('\n').slice(-5) ?? [];
  throw new BatonError('launch_refused', `${profile.label} did not take Baton’s hooks`, {
    hint: `Try it yourself: ${consent.shows}`,
    details: said.filter((line) => line !== ''),
  });
}
