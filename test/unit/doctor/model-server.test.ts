import assert from 'node:assert/strict';
import { type ModelScript, ModelServer } from '../../../src/doctor/model-server';
import type { ModelStep } from '../../../src/doctor/model-step';
import { packetNamed, says, textsOf } from '../../../src/doctor/model-words';

/** One way in which agents speak to their model, with what they make of its answers. */
interface Spoken {
  readonly name: string;
  readonly path: string;
  /** Asks for a stream by the path, not by the body. */
  readonly documentPath?: string;
  readonly tools: unknown;
  /** The answer's step, from the chunks of a stream. */
  readonly streamed: (chunks: readonly Chunk[]) => ModelStep;
  /** The same from one document. */
  readonly whole: (document: Chunk) => ModelStep;
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what the document holds, and fails where it does not
type Chunk = any;

const spoken: readonly Spoken[] = [
  {
    name: 'messages',
    path: '/v1/messages?beta=true',
    tools: [{ name: 'read' }],
    streamed: (chunks) => {
      const block = chunks.find(({ type }) => type === 'content_block_start').content_block;
      const { delta } = chunks.find(({ type }) => type === 'content_block_delta');
      const inputTokens = chunks[0].message.usage.input_tokens;
      assert.equal(chunks.at(-1).type, 'message_stop');
      return block.type === 'text'
        ? { say: delta.text, inputTokens }
        : { tool: block.name, arguments: JSON.parse(delta.partial_json), inputTokens };
    },
    whole: ({ content: [block], usage }) => ({
      ...(block.type === 'text' ? { say: block.text } : { tool: block.name, arguments: block.input }),
      inputTokens: usage.input_tokens,
    }),
  },
  {
    name: 'responses',
    path: '/v1/responses',
    tools: [{ type: 'function', name: 'read' }],
    streamed: (chunks) => {
      assert.deepEqual(
        chunks.map(({ sequence_number }) => sequence_number),
        chunks.map((_chunk, index) => index),
      );
      return responseStep(chunks.find(({ type }) => type === 'response.completed').response);
    },
    whole: responseStep,
  },
  {
    name: 'chat completions',
    path: '/v1/chat/completions',
    tools: [{ type: 'function', function: { name: 'read' } }],
    streamed: (chunks) => {
      assert.equal(chunks.at(-1), '[DONE]');
      const usage = chunks.at(-2).usage;
      return chatStep({ choices: [{ message: chunks[0].choices[0].delta }], usage });
    },
    whole: chatStep,
  },
  {
    name: 'generateContent',
    path: '/v1beta/models/m:streamGenerateContent?alt=sse',
    documentPath: '/v1beta/models/m:generateContent',
    tools: [{ functionDeclarations: [{ name: 'read' }] }],
    streamed: ([chunk]) => geminiStep(chunk),
    whole: geminiStep,
  },
];

function responseStep({ output: [item], usage }: Chunk): ModelStep {
  const inputTokens = usage.input_tokens;
  return item.type === 'message'
    ? { say: item.content[0].text, inputTokens }
    : { tool: item.name, arguments: JSON.parse(item.arguments), inputTokens };
}

function chatStep({ choices: [{ message }], usage }: Chunk): ModelStep {
  const inputTokens = usage.prompt_tokens;
  const call = message.tool_calls?.[0]?.function;
  return call === undefined
    ? { say: message.content, inputTokens }
    : { tool: call.name, arguments: JSON.parse(call.arguments), inputTokens };
}

function geminiStep({ candidates: [{ content }], usageMetadata }: Chunk): ModelStep {
  const [{ text, functionCall }] = content.parts;
  const inputTokens = usageMetadata.promptTokenCount;
  return functionCall === undefined
    ? { say: text, inputTokens }
    : { tool: functionCall.name, arguments: functionCall.args, inputTokens };
}

const steps: readonly ModelStep[] = [
  { say: 'ünï "quoted"\n\ndata: {}', inputTokens: 7 },
  { tool: 'read', arguments: { path: '/a "b" $(c)\n', deep: [{ one: 1 }] }, inputTokens: 170_000 },
];

async function withServer(
  body: (server: ModelServer, ask: (path: string, body: unknown) => Promise<Response>) => Promise<void>,
  asides: readonly string[] = [],
): Promise<void> {
  const server = new ModelServer(asides);
  const address = await server.listen();
  try {
    await body(server, (path, sent) =>
      fetch(`${address}${path}`, {
        method: 'POST',
        body: typeof sent === 'string' ? sent : JSON.stringify(sent),
      }),
    );
  } finally {
    await server.close();
  }
}

function chunksOf(stream: string): readonly Chunk[] {
  return stream
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice('data: '.length))
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)));
}

suite('the model server', () => {
  for (const { name, path, documentPath = path, tools, streamed, whole } of spoken) {
    for (const step of steps) {
      const what = 'say' in step ? 'words' : 'the call of a tool';
      test(`answers ${what} to ${name}, streamed and whole`, () =>
        withServer(async (server, ask) => {
          server.play(() => step);
          const stream = await ask(path, { tools, stream: true });
          assert.equal(stream.headers.get('content-type'), 'text/event-stream');
          assert.deepEqual(streamed(chunksOf(await stream.text())), step);
          const document = await ask(documentPath, { tools });
          assert.equal(document.headers.get('content-type'), 'application/json');
          assert.deepEqual(whole(await document.json()), step);
          assert.equal(server.turns().length, 2);
        }));
    }

    test(`takes a request of ${name} without tools for no turn`, () =>
      withServer(async (server, ask) => {
        const numbers: number[] = [];
        server.play((_turn, number) => {
          numbers.push(number);
          return { say: `turn ${number}` };
        });
        await ask(documentPath, { tools });
        const aside = whole(await (await ask(documentPath, { tools: [] })).json());
        assert.match('say' in aside ? aside.say : '', /<summary>/);
        await ask(documentPath, { tools });
        assert.deepEqual(numbers, [0, 1]);
        assert.deepEqual(
          server.requests.map(({ turn }) => turn),
          [true, false, true],
        );
      }));
  }

  const path = '/v1/chat/completions';
  const tools = [{}];
  const words: ModelScript = () => ({ say: 'words' });

  test('takes a request with tools for no turn when it has the text of an aside', () =>
    withServer(
      async (server, ask) => {
        server.play(words);
        await ask(path, { tools, messages: [{ content: 'Summarise. Do NOT call any tools.' }] });
        await ask(path, { tools, messages: [{ content: 'Summarise.' }] });
        assert.deepEqual(
          server.requests.map(({ turn }) => turn),
          [false, true],
        );
      },
      ['Do NOT call any tools'],
    ));

  test('gives a summary the tokens of the answer before it', () =>
    withServer(async (server, ask) => {
      server.play(() => ({ say: 'much', inputTokens: 170_000 }));
      await ask(path, { tools });
      const summary: Chunk = await (await ask(path, {})).json();
      assert.equal(summary.usage.prompt_tokens, 170_000);
    }));

  test('forgets the requests of an earlier script', () =>
    withServer(async (server, ask) => {
      server.play(words);
      await ask(path, { tools });
      server.play((_turn, number) => ({ say: String(number) }));
      assert.deepEqual(server.requests, []);
      const answer: Chunk = await (await ask(path, { tools })).json();
      assert.equal(answer.choices[0].message.content, '0');
    }));

  test('leaves an agent waiting where the script holds, and lets it go at its end', async () => {
    let held: Promise<unknown> | undefined;
    await withServer(async (server, ask) => {
      server.play(() => 'hold');
      held = assert.rejects(ask(path, { tools, messages: ['held'] }));
      const turn = await server.turnThat((one) => says(one, 'held'), 5000);
      assert.deepEqual(server.turns(), [turn]);
    });
    await held;
  });

  test('says when a turn that is waited for does not come', () =>
    withServer(async (server, ask) => {
      server.play(words);
      await ask(path, { tools, messages: ['one'] });
      assert.ok(await server.turnThat((one) => says(one, 'one'), 1));
      await assert.rejects(
        server.turnThat((one) => says(one, 'two'), 1),
        /did not ask its model/,
      );
    }));

  test('answers what is no model request with an empty document', () =>
    withServer(async (server, ask) => {
      assert.equal(await (await ask('/api/telemetry', {})).text(), '{}');
      assert.equal(await (await ask('/v1/messages/count_tokens', {})).text(), '{"input_tokens":100}');
      assert.deepEqual(server.requests, []);
    }));

  test('survives a body that is no JSON', () =>
    withServer(async (server, ask) => {
      await ask(path, '{ broken');
      assert.deepEqual(
        server.requests.map(({ text, body, turn }) => ({ text, body, turn })),
        [{ text: '{ broken', body: undefined, turn: false }],
      );
    }));
});

suite('what a request says', () => {
  const request = (body: unknown) => ({ path: '/', text: JSON.stringify(body), body, turn: true });
  const prompt = (path: string) => `Read the whole file "${path}" first; then work on it.`;

  test('is its texts without the escapes of JSON, also of JSON in a text', () => {
    const wrapped = JSON.stringify([{ content: 'a "b"\nc' }]);
    assert.deepEqual(textsOf(request({ key: ['x', { deep: wrapped }, 1, null] })), [
      'x',
      wrapped,
      'a "b"\nc',
    ]);
    assert.deepEqual(textsOf(request(['[not JSON', '{"cut": '])), ['[not JSON', '{"cut": ']);
  });

  test('names the packet of the newest prompt', () => {
    const both = [prompt('/ws/$(a) ü/1.md'), { content: prompt('/ws/2 b.md') }];
    assert.equal(packetNamed(request(both)), '/ws/2 b.md');
    assert.equal(packetNamed(request(both.slice(0, 1))), '/ws/$(a) ü/1.md');
    assert.equal(packetNamed(request(['Read something else'])), undefined);
  });
});
