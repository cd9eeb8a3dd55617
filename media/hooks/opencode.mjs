/**
 * Baton's hooks for an agent whose hooks are a plugin module and not commands. It turns the agent's events into calls of
 * `baton hook`, and what comes back into what the agent takes. Needs nothing but Node's own modules, and never throws:
 * whatever goes wrong, the agent goes on without it. Source: agents.md section 5.
 *
 * BATON_COMMAND is the absolute path of the `baton` command. Without it, or outside a session of Baton, this does nothing.
 */
import { spawn } from 'node:child_process';

/** Above the command's own deadline, which it keeps by itself. */
const deadlineMs = 5_000;
/** Signs of life that come sooner are not worth a process. */
const beatMs = 10_000;
const maxAsks = 2;

/** The agent calls every export of this module: there must be no other. */
export const BatonHooks = async ({ client }) => {
  const command = process.env.BATON_COMMAND;
  const hasSession = process.env.BATON_SESSION_ID || process.env.BATON_TASK_ID;
  if (!command || !hasSession) return {};
  const call = (event, said) => callBaton(command, event, said);
  return safely(makeHooks(call, (id, text) => sendPrompt(client, id, text)));
};

/** Agents within the agent have sessions of their own; only the outermost one is Baton's. */
function makeHooks(call, prompt) {
  const children = new Set();
  let main;
  /** The first request waits for the facts; none after it does. */
  let facts;
  let isPrompted = false;
  let beatAt = Number.NEGATIVE_INFINITY;
  let asks = 0;
  let promptIsOurs = false;
  let stopActive = false;

  const isMain = (id) => {
    if (id === undefined || children.has(id)) return false;
    main ??= id;
    return id === main;
  };
  const tellFacts = (event, source) => {
    beatAt = performance.now();
    facts = call(event, { session_id: main, source }).then(({ context }) => context);
  };
  const beat = (event) => {
    if (performance.now() - beatAt < beatMs) return;
    beatAt = performance.now();
    void call(event, { session_id: main });
  };
  const askWhenIdle = async () => {
    if (asks >= maxAsks) return;
    const { block } = await call('stop', { session_id: main, stop_hook_active: stopActive });
    if (block === undefined) return;
    asks += 1;
    promptIsOurs = true;
    await prompt(main, block);
  };
  const events = {
    'session.created': ({ info }) => {
      if (info?.parentID) children.add(info.id);
      else if (isMain(info?.id)) tellFacts('start', 'startup');
    },
    'session.status': ({ sessionID, status }) => {
      if (status?.type === 'busy' && isMain(sessionID)) beat('prompt');
    },
    'session.compacted': ({ sessionID }) => {
      if (isMain(sessionID)) tellFacts('postCompact');
    },
    'session.idle': ({ sessionID }) => (isMain(sessionID) ? askWhenIdle() : undefined),
  };
  return {
    event: ({ event }) => events[event.type]?.(event.properties ?? {}),
    'chat.message': ({ sessionID }) => {
      if (!isMain(sessionID)) return;
      stopActive = promptIsOurs;
      promptIsOurs = false;
      // What was next at the last prompt may be done by now; for the first one the facts are on their way.
      if (facts === undefined || isPrompted) tellFacts('start', 'resume');
      isPrompted = true;
    },
    'experimental.chat.system.transform': async ({ sessionID }, output) => {
      if (!isMain(sessionID)) return;
      if (facts === undefined) tellFacts('start', 'resume');
      const text = await facts;
      if (text) output.system.push(text);
    },
    'experimental.session.compacting': async ({ sessionID }, output) => {
      if (!isMain(sessionID)) return;
      const { keep } = await call('preCompact', { session_id: main });
      if (keep) output.context.push(keep);
    },
    'tool.execute.before': ({ sessionID }) => {
      if (isMain(sessionID)) beat('tool');
    },
  };
}

/** Every hook with whatever it does caught: an error here would be the agent's. */
function safely(hooks) {
  const guarded = ([name, hook]) => [
    name,
    async (...args) => {
      try {
        await hook(...args);
      } catch (error) {
        if (process.env.BATON_HOOK_VERBOSE) console.error(`baton: ${name}: ${String(error)}`);
      }
    },
  ];
  return Object.fromEntries(Object.entries(hooks).map(guarded));
}

/** What `baton hook` answers; nothing when it fails, is late, or has nothing to say. Never rejects. */
function callBaton(command, event, said) {
  return new Promise((resolve) => {
    const child = spawn(command, ['hook', event, '--dialect', 'opencode'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: deadlineMs,
      windowsHide: true,
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', () => resolve({}));
    child.on('close', () => resolve(answerOf(text)));
    // It may have ended before it read.
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(said));
  });
}

function answerOf(text) {
  try {
    const answer = JSON.parse(text);
    return typeof answer === 'object' && answer !== null ? answer : {};
  } catch {
    return {};
  }
}

/** Not waited for: it answers when the agent's next turn is over. */
async function sendPrompt(client, id, text) {
  const sent = client.session.prompt({ path: { id }, body: { parts: [{ type: 'text', text }] } });
  sent.catch(() => undefined);
}
