/** What agents say to their hooks and what they hear back, in pairs; and that no input can break the reading of it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readHookCall, writeHookAnswer } from '../../../../src/core/agents/hook-dialects';
import {
  type HookAnswer,
  type HookCall,
  type HookDialect,
  type HookEvent,
  hookDialects,
  hookEvents,
} from '../../../../src/core/model/hook';
import { sessionSchema } from '../../../../src/core/model/session';

const uuid = '1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9';
const nothing = { nativeId: undefined, source: undefined, stopActive: false, reason: undefined };

/** Standard input as the agents write it (agents.md sections 1 to 6 and 12), and the call it stands for. */
const calls: readonly (readonly [string, HookDialect, HookEvent, unknown, Partial<HookCall>])[] = [
  [
    'Claude Code starts',
    'claude',
    'start',
    {
      session_id: uuid,
      transcript_path: '/home/dev/.claude/projects/-p/x.jsonl',
      cwd: '/p',
      hook_event_name: 'SessionStart',
      source: 'startup',
      model: 'claude-sonnet-5-5',
    },
    { nativeId: uuid, source: 'startup' },
  ],
  [
    'Claude Code goes on after a compaction',
    'claude',
    'start',
    { session_id: uuid, cwd: '/p', hook_event_name: 'SessionStart', source: 'compact' },
    { nativeId: uuid, source: 'compact' },
  ],
  [
    'Claude Code forks a session',
    'claude',
    'start',
    { session_id: uuid, hook_event_name: 'SessionStart', source: 'fork' },
    { nativeId: uuid, source: 'fork' },
  ],
  [
    'Claude Code uses a tool',
    'claude',
    'tool',
    {
      session_id: uuid,
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command: 'ls' },
      tool_use_id: 'toolu_1',
    },
    { nativeId: uuid },
  ],
  [
    'Claude Code is about to compact',
    'claude',
    'preCompact',
    { session_id: uuid, hook_event_name: 'PreCompact', trigger: 'auto', custom_instructions: '' },
    { nativeId: uuid, reason: 'auto' },
  ],
  [
    'Claude Code wants to end its turn',
    'claude',
    'stop',
    {
      session_id: uuid,
      hook_event_name: 'Stop',
      stop_hook_active: false,
      last_assistant_message: 'Done.',
      background_tasks: [],
    },
    { nativeId: uuid, stopActive: false },
  ],
  [
    'Claude Code goes on because it was asked to',
    'claude',
    'stop',
    { session_id: uuid, hook_event_name: 'Stop', stop_hook_active: true },
    { nativeId: uuid, stopActive: true },
  ],
  [
    'Claude Code ends',
    'claude',
    'end',
    { session_id: uuid, hook_event_name: 'SessionEnd', reason: 'prompt_input_exit' },
    { nativeId: uuid, reason: 'prompt_input_exit' },
  ],
  [
    'Codex starts',
    'claude',
    'start',
    { session_id: '0199a0b1-7777-7000-8000-0123456789ab', hook_event_name: 'SessionStart', source: 'resume' },
    { nativeId: '0199a0b1-7777-7000-8000-0123456789ab', source: 'resume' },
  ],
  [
    'Qwen Code sends a tool result as an empty prompt',
    'claude',
    'prompt',
    { session_id: uuid, hook_event_name: 'UserPromptSubmit', prompt: '' },
    { nativeId: uuid },
  ],
  [
    'Gemini CLI starts',
    'gemini',
    'start',
    {
      session_id: uuid,
      transcript_path: '/t.json',
      cwd: '/p',
      hook_event_name: 'SessionStart',
      timestamp: '2026-11-21T12:00:00.000Z',
      source: 'startup',
    },
    { nativeId: uuid, source: 'startup' },
  ],
  [
    'Gemini CLI wants to end its turn',
    'gemini',
    'stop',
    {
      session_id: uuid,
      hook_event_name: 'AfterAgent',
      prompt: 'p',
      prompt_response: 'r',
      stop_hook_active: true,
    },
    { nativeId: uuid, stopActive: true },
  ],
  [
    'Gemini CLI ends',
    'gemini',
    'end',
    { session_id: uuid, hook_event_name: 'SessionEnd', reason: 'exit' },
    { nativeId: uuid, reason: 'exit' },
  ],
  [
    'Copilot CLI starts',
    'copilot',
    'start',
    { sessionId: uuid, timestamp: 1763726400000, cwd: '/p', source: 'new', initialPrompt: 'Read the packet' },
    { nativeId: uuid, source: 'startup' },
  ],
  [
    'Copilot CLI wants to end its turn',
    'copilot',
    'stop',
    { sessionId: uuid, transcriptPath: '/events.jsonl', stopReason: 'end_turn', stop_hook_active: true },
    { nativeId: uuid, stopActive: true, reason: 'end_turn' },
  ],
  [
    'Copilot CLI ends',
    'copilot',
    'end',
    { sessionId: uuid, reason: 'user_exit' },
    { nativeId: uuid, reason: 'user_exit' },
  ],
  [
    'Cursor wants to end its turn',
    'cursor',
    'stop',
    {
      conversation_id: uuid,
      generation_id: 'g',
      hook_event_name: 'stop',
      status: 'completed',
      loop_count: 0,
    },
    { nativeId: uuid, stopActive: false, reason: 'completed' },
  ],
  [
    'Cursor goes on because it was asked to',
    'cursor',
    'stop',
    { conversation_id: uuid, hook_event_name: 'stop', status: 'completed', loop_count: 1 },
    { nativeId: uuid, stopActive: true, reason: 'completed' },
  ],
  [
    'Cline uses a tool',
    'cline',
    'tool',
    {
      clineVersion: '3.0.65',
      hookName: 'PreToolUse',
      timestamp: '1763726400000',
      taskId: '1763726400000',
      workspaceRoots: ['/p'],
      userId: 'u',
      preToolUse: { toolName: 'run_commands', parameters: {} },
    },
    { nativeId: '1763726400000' },
  ],
  [
    'our plugin tells of a compaction',
    'opencode',
    'postCompact',
    { session_id: 'ses_5e7a01f2affeXyZ', reason: 'auto' },
    { nativeId: 'ses_5e7a01f2affeXyZ', reason: 'auto' },
  ],
  [
    'the demonstration agent starts',
    'demo',
    'start',
    { session_id: uuid, source: 'compact', stop_hook_active: false, reason: 'step 9' },
    { nativeId: uuid, source: 'compact', reason: 'step 9' },
  ],
];

const context = 'Read the packet "again".\n> quoted';
const block = 'Write your entry first.';
const keep = 'Keep task #101.';

const answers: readonly (readonly [HookDialect, HookEvent, HookAnswer, unknown])[] = [
  [
    'claude',
    'start',
    { context },
    { hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: context } },
  ],
  [
    'claude',
    'prompt',
    { context },
    { hookSpecificOutput: { hookEventName: 'UserPromptSubmit', additionalContext: context } },
  ],
  ['claude', 'stop', { block }, { decision: 'block', reason: block }],
  ['claude', 'preCompact', { keep }, keep],
  ['claude', 'postCompact', { context }, ''],
  ['claude', 'tool', {}, ''],
  [
    'gemini',
    'start',
    { context },
    { hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: context } },
  ],
  [
    'gemini',
    'prompt',
    { context },
    { hookSpecificOutput: { hookEventName: 'BeforeAgent', additionalContext: context } },
  ],
  ['gemini', 'stop', { block }, { decision: 'block', reason: block }],
  ['gemini', 'preCompact', { keep }, ''],
  ['copilot', 'start', { context }, { additionalContext: context }],
  ['copilot', 'prompt', { context }, { additionalContext: context }],
  ['copilot', 'stop', { block }, { decision: 'block', reason: block }],
  ['copilot', 'preCompact', { keep }, ''],
  ['opencode', 'start', { context }, { context }],
  ['opencode', 'preCompact', { keep }, { keep }],
  ['opencode', 'stop', { block }, { block }],
  ['cursor', 'start', { context }, { additional_context: context }],
  ['cursor', 'prompt', { context }, ''],
  ['cursor', 'stop', { block }, { followup_message: block }],
  ['cline', 'tool', { context }, { cancel: false, contextModification: context }],
  ['cline', 'stop', { block }, ''],
  ['demo', 'start', { context }, { context }],
  ['demo', 'preCompact', { keep }, { keep }],
  ['demo', 'stop', { block }, { block }],
];

suite('what agents say to their hooks', () => {
  for (const [name, dialect, event, input, expected] of calls) {
    test(name, () => {
      assert.deepEqual(readHookCall(dialect, event, JSON.stringify(input)), {
        ...nothing,
        event,
        ...expected,
      });
    });
  }

  test('a byte order mark in front means nothing', () => {
    assert.equal(readHookCall('claude', 'start', `\uFEFF{"session_id":"${uuid}"}`).nativeId, uuid);
  });

  for (const [what, stdin] of [
    ['nothing', ''],
    ['no JSON', '{"session_id":'],
    ['no object', '["stop_hook_active"]'],
    ['more than 1 MB', JSON.stringify({ session_id: uuid, last_assistant_message: 'x'.repeat(1024 * 1024) })],
  ] as const) {
    test(`an agent that says ${what} when it stops is not held`, () => {
      assert.deepEqual(readHookCall('claude', 'stop', stdin), {
        ...nothing,
        event: 'stop',
        stopActive: true,
      });
    });
  }

  test('a reason is one line of plain text, at most 200 characters', () => {
    const reason = `exit\u001B[31m\r\nnow\u202E ${'é'.repeat(300)}`;
    const read = readHookCall('claude', 'end', JSON.stringify({ reason })).reason ?? '';
    assert.ok(read.startsWith('exit [31m now é'), read);
    assert.equal(read.length, 200);
  });

  test('an id that a session could not have is no id', () => {
    for (const id of ['', '-x', '../x', 'a b', 'x'.repeat(201), 5, null, ['x']]) {
      assert.equal(readHookCall('claude', 'start', JSON.stringify({ session_id: id })).nativeId, undefined);
    }
  });

  test('a source that nobody knows is none, whatever it is called', () => {
    for (const source of ['', 'constructor', '__proto__', 7, {}]) {
      assert.equal(readHookCall('claude', 'start', JSON.stringify({ source })).source, undefined);
    }
  });
});

suite('what agents hear from their hooks', () => {
  for (const [dialect, event, answer, expected] of answers) {
    test(`${dialect}, ${event}: ${Object.keys(answer).join() || 'nothing'}`, () => {
      const written = writeHookAnswer(dialect, event, answer);
      assert.equal(written, typeof expected === 'string' ? expected : JSON.stringify(expected));
    });
  }
});

suite('laws of the dialects', () => {
  const dialects = fc.constantFrom(...hookDialects);
  const events = fc.constantFrom(...hookEvents);
  const names = ['session_id', 'sessionId', 'source', 'reason', 'trigger', 'stop_hook_active', 'loop_count'];
  const fields = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
  const inputs = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fields.map((value) => JSON.stringify(value)),
    fields.map((value) => JSON.stringify(value).slice(0, -1)),
  );

  test('reading never throws, and gives only what a session record takes', () => {
    fc.assert(
      fc.property(dialects, events, inputs, (dialect, event, stdin) => {
        const call = readHookCall(dialect, event, stdin);
        assert.equal(call.event, event);
        if (call.nativeId !== undefined) {
          assert.ok(sessionSchema.shape.nativeId.safeParse(call.nativeId).success);
        }
        if (event !== 'start') assert.equal(call.source, undefined);
        if (event !== 'stop') assert.equal(call.stopActive, false);
        assert.ok([...(call.reason ?? '')].length <= 200);
        assert.doesNotMatch(call.reason ?? '', /[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  test('an answer is nothing, one JSON object, or the plain text for a summary, and comes through whole', () => {
    const texts = fc.option(fc.string({ unit: 'binary' }), { nil: undefined });
    fc.assert(
      fc.property(dialects, events, texts, texts, texts, (dialect, event, said, held, kept) => {
        const answer = {
          ...(said === undefined ? {} : { context: said }),
          ...(held === undefined ? {} : { block: held }),
          ...(kept === undefined ? {} : { keep: kept }),
        };
        const written = writeHookAnswer(dialect, event, answer);
        if (written === '' || written === kept) return;
        const read: unknown = JSON.parse(written);
        assert.ok(typeof read === 'object' && read !== null && !Array.isArray(read));
      }),
    );
  });

  test('only a stop is ever held', () => {
    fc.assert(
      fc.property(dialects, events, (dialect, event) => {
        const written = writeHookAnswer(dialect, event, { block });
        if (event !== 'stop' && dialect !== 'opencode' && dialect !== 'demo') assert.equal(written, '');
      }),
    );
  });
});
