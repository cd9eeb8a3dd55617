import {
  field,
  hasEntries,
  type ModelStep,
  namedEvents,
  outputTokens,
  usualInputTokens,
  type Wire,
} from '../model-step';

/** `POST /v1/messages`. */
export const anthropicWire: Wire = {
  offersTools: (body) => hasEntries(field(body, 'tools')),
  wantsStream: (_path, body) => field(body, 'stream') === true,
  stream(step, number) {
    const { content, stop_reason, usage, ...head } = message(step, number);
    const [block] = content;
    const start = { ...head, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
    return namedEvents([
      { type: 'message_start', message: start },
      { type: 'content_block_start', index: 0, content_block: emptied(step, block) },
      { type: 'content_block_delta', index: 0, delta: delta(step) },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason, stop_sequence: null },
        usage: { output_tokens: outputTokens },
      },
      { type: 'message_stop' },
    ]);
  },
  document: message,
};

function message(step: ModelStep, number: number) {
  return {
    id: `msg_${number}`,
    type: 'message',
    role: 'assistant',
    model: 'loopback',
    content: [
      'say' in step
        ? { type: 'text', text: step.say }
        : { type: 'tool_use', id: `toolu_${number}`, name: step.tool, input: step.arguments },
    ],
    stop_reason: 'say' in step ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: step.inputTokens ?? usualInputTokens, output_tokens: outputTokens },
  };
}

function emptied(step: ModelStep, block: object | undefined) {
  return 'say' in step ? { type: 'text', text: '' } : { ...block, input: {} };
}

function delta(step: ModelStep) {
  return 'say' in step
    ? { type: 'text_delta', text: step.say }
    : { type: 'input_json_delta', partial_json: JSON.stringify(step.arguments) };
}
