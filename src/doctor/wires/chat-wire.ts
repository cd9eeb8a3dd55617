import {
  dataLines,
  field,
  hasEntries,
  type ModelStep,
  outputTokens,
  usualInputTokens,
  type Wire,
} from '../model-step';

/** `POST /v1/chat/completions`. */
export const chatWire: Wire = {
  offersTools: (body) => hasEntries(field(body, 'tools')),
  wantsStream: (_path, body) => field(body, 'stream') === true,
  stream(step, number) {
    const { message, finish_reason } = choice(step, number);
    const chunk = { id: `chat_${number}`, object: 'chat.completion.chunk', created: 0, model: 'loopback' };
    return dataLines([
      { ...chunk, choices: [{ index: 0, delta: message, finish_reason: null }] },
      { ...chunk, choices: [{ index: 0, delta: {}, finish_reason }] },
      { ...chunk, choices: [], usage: usage(step) },
      '[DONE]',
    ]);
  },
  document: (step, number) => ({
    id: `chat_${number}`,
    object: 'chat.completion',
    created: 0,
    model: 'loopback',
    choices: [choice(step, number)],
    usage: usage(step),
  }),
};

function choice(step: ModelStep, number: number) {
  if ('say' in step) {
    return { index: 0, message: { role: 'assistant', content: step.say }, finish_reason: 'stop' };
  }
  const call = { name: step.tool, arguments: JSON.stringify(step.arguments) };
  const tool_calls = [{ index: 0, id: `call_${number}`, type: 'function', function: call }];
  return { index: 0, message: { role: 'assistant', content: null, tool_calls }, finish_reason: 'tool_calls' };
}

function usage(step: ModelStep) {
  const input = step.inputTokens ?? usualInputTokens;
  return { prompt_tokens: input, completion_tokens: outputTokens, total_tokens: input + outputTokens };
}
