/**
 * A small agent for tests of the doctor: one hook, one tool, a model by `POST <FAKE_MODEL>/v1/chat/completions`, and a
 * memory in its home. `--flaw` names what it does wrong: `deaf` runs no hooks, `blind` reads something else than the
 * file, `forgetful` remembers nothing, `alone` starts no MCP server, `mute` never asks its model, `stuck` never ends.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    flaw: { type: 'string' },
    session: { type: 'string' },
    resume: { type: 'string' },
    'start-hook': { type: 'string' },
    mcp: { type: 'string' },
  },
});
const { flaw } = values;
const session = values.resume ?? values.session;
const memory = join(homedir(), '.fake-agent', `${session}.json`);
const tools = [{ type: 'function', function: { name: 'read', parameters: {} } }];

if (flaw === 'stuck') setInterval(() => {}, 1000);
else if (flaw !== 'mute') await work(readFileSync(0, 'utf8'));

async function work(prompt) {
  const messages = values.resume === undefined || flaw === 'forgetful' ? [] : remembered();
  const context = flaw === 'deaf' ? '' : heard();
  if (context !== '') messages.push({ role: 'system', content: context });
  messages.push({ role: 'user', content: prompt });
  for (;;) {
    const answer = await ask(messages);
    messages.push(answer);
    const call = answer.tool_calls?.[0];
    if (call === undefined) break;
    const given = JSON.parse(call.function.arguments);
    const content = call.function.name === 'read' ? read(given) : await served(call.function.name, given);
    messages.push({ role: 'tool', tool_call_id: call.id, content });
  }
  mkdirSync(join(homedir(), '.fake-agent'), { recursive: true });
  writeFileSync(memory, JSON.stringify(messages));
}

function read({ path }) {
  return flaw === 'blind' ? 'ignored by configured ignore patterns' : readFileSync(path, 'utf8');
}

/** What the MCP server answers to a call of its tool. */
async function served(name, given) {
  if (flaw === 'alone') return `There is no tool ${name}`;
  const { command, args, env } = JSON.parse(readFileSync(values.mcp, 'utf8')).mcpServers.baton;
  const server = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const send = (message) => server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const clientInfo = { name: 'fake', version: '1' };
  const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  send({ id: 1, method: 'initialize', params: hello });
  send({ method: 'notifications/initialized' });
  send({ id: 2, method: 'tools/call', params: { name: name.replace('baton_', ''), arguments: given } });
  for await (const line of createInterface(server.stdout)) {
    const { id, result } = JSON.parse(line);
    if (id !== 2) continue;
    server.stdin.end();
    return result.content[0].text;
  }
}

function remembered() {
  return JSON.parse(readFileSync(memory, 'utf8'));
}

function heard() {
  const line = values['start-hook'];
  if (line === undefined) return '';
  const input = JSON.stringify({ session_id: session, source: 'startup' });
  const { stdout } = spawnSync(line, { shell: true, input, encoding: 'utf8' });
  return stdout === '' ? '' : (JSON.parse(stdout).hookSpecificOutput?.additionalContext ?? '');
}

async function ask(messages) {
  const response = await fetch(`${process.env.FAKE_MODEL}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'fake', messages, tools }),
  });
  const { choices } = await response.json();
  return choices[0].message;
}
