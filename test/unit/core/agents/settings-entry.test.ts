import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ParseError, parse } from 'jsonc-parser';
import { type SettingsEntry, setSettingsEntry } from '../../../../src/core/agents/settings-entry';
import { isBatonError } from '../../../../src/core/base/baton-error';

const value = { command: '/home/ada/bin/baton', args: ['mcp'] };
const json: SettingsEntry = { format: 'json', at: ['mcpServers', 'baton'], value };
const toml: SettingsEntry = { format: 'toml', at: ['mcp_servers', 'baton'], value };
const gone = (entry: SettingsEntry): SettingsEntry => ({ ...entry, value: undefined });
const table = '[mcp_servers.baton]\ncommand = "/home/ada/bin/baton"\nargs = ["mcp"]\n';

/** The lines of a text that are not in the other one, in their order. */
function newLines(before: string, after: string): readonly string[] {
  const old = new Set(before.split('\n'));
  return after.split('\n').filter((line) => !old.has(line));
}

function refuses(text: string, entry: SettingsEntry, why: RegExp): void {
  assert.throws(
    () => setSettingsEntry(text, entry),
    (error) => isBatonError(error, 'invalid_config') && why.test(error.message) && error.hint !== undefined,
  );
}

suite('an entry in settings of JSON', () => {
  test('makes a new file where there is none', () => {
    for (const text of ['', '\n', '\ufeff']) {
      const { change, text: after } = setSettingsEntry(text, json);
      assert.equal(change, 'added');
      assert.deepEqual(JSON.parse(after.replace('\ufeff', '')), { mcpServers: { baton: value } });
    }
  });

  test('changes no line but its own, comments and trailing commas and one-line objects included', () => {
    const text =
      '// mine\n{\n    "theme": "x", // keep\n    "mcpServers": {\n        // first\n        "other": {"command": "o"},\n    },\n}\n';
    const { text: after } = setSettingsEntry(text, json);
    assert.deepEqual(parse(after, [], { allowTrailingComma: true }).mcpServers, {
      other: { command: 'o' },
      baton: value,
    });
    assert.deepEqual(newLines(text, after), [
      '        "baton": {',
      '            "command": "/home/ada/bin/baton",',
      '            "args": [',
      '                "mcp"',
      '            ]',
      '        },',
    ]);
    assert.deepEqual(newLines(after, text), []);
    assert.equal(setSettingsEntry(after, gone(json)).text, text);
  });

  test('comes out where a comment stands before a comma, and leaves JSON and the comment', () => {
    const own = '"baton": {"command": "b"}';
    for (const [text, expected] of [
      [`{"mcpServers": {${own} /* mine */, "o": {}}}`, '{"mcpServers": {/* mine */ "o": {}}}'],
      [`{"mcpServers": {\n  ${own} // mine\n  , "o": {}}}`, '{"mcpServers": {\n  // mine\n   "o": {}}}'],
      [`{"mcpServers": {"o": {} /* theirs */, ${own}}}`, '{"mcpServers": {"o": {} /* theirs */ }}'],
      [`{"mcpServers": {"o": {} // theirs\n  , ${own}}}`, '{"mcpServers": {"o": {} // theirs\n   }}'],
    ] as const) {
      const { change, text: after } = setSettingsEntry(text, gone(json));
      assert.deepEqual([change, after], ['removed', expected]);
      const errors: ParseError[] = [];
      assert.deepEqual(parse(after, errors, { allowTrailingComma: false }), { mcpServers: { o: {} } });
      assert.deepEqual(errors, []);
    }
  });

  test('law: goes in and comes out of any settings, and what is left is what was there', () => {
    const gap = fc.constantFrom('', ' ', '\n  ', ' /* c, { */ ', ' // c, }\n', '\n// "\n');
    const servers = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'baton'), { maxLength: 4 });
    fc.assert(
      fc.property(servers, fc.array(gap, { minLength: 24, maxLength: 24 }), (names, gaps) => {
        let used = 0;
        const next = () => gaps[used++ % gaps.length] ?? '';
        const inner = names.map((name) => `${next()}"${name}"${next()}:${next()}{"t": 1}${next()}`).join(',');
        const text = `{${next()}"mcpServers"${next()}: {${inner}${next()}}${next()}}`;
        const others = Object.fromEntries(
          names.filter((name) => name !== 'baton').map((name) => [name, { t: 1 }]),
        );
        const read = (changed: string) => {
          const errors: ParseError[] = [];
          const held: unknown = parse(changed, errors, { allowTrailingComma: false });
          assert.deepEqual(errors, [], changed);
          return held;
        };
        const added = setSettingsEntry(text, json).text;
        assert.deepEqual(read(added), { mcpServers: { ...others, baton: value } });
        assert.deepEqual(read(setSettingsEntry(text, gone(json)).text), { mcpServers: others });
        assert.deepEqual(read(setSettingsEntry(added, gone(json)).text), { mcpServers: others });
      }),
    );
  });

  for (const [what, text, expected] of [
    [
      'an empty object',
      '{}',
      '{\n  "mcpServers": {\n    "baton": {\n      "command": "/home/ada/bin/baton",\n      "args": [\n        "mcp"\n      ]\n    }\n  }\n}',
    ],
    [
      'one line',
      '{"a": 1}',
      '{"a": 1, "mcpServers": {"baton":{"command":"/home/ada/bin/baton","args":["mcp"]}}}',
    ],
    ['only a comment inside', '{ /* none yet */ }', undefined],
    ['an empty list of servers', '{\n\t"mcpServers": {}\n}', undefined],
    ['Windows line ends', '{\r\n  "a": 1\r\n}\r\n', undefined],
    ['a comment after the last entry', '{\n  "mcpServers": {\n    "o": {} // last\n  }\n}', undefined],
  ] as const) {
    test(`goes into ${what}, and comes out again`, () => {
      const { text: after } = setSettingsEntry(text, json);
      assert.deepEqual(parse(after).mcpServers.baton, value);
      if (expected !== undefined) assert.equal(after, expected);
      if (text.includes('\r\n')) assert.doesNotMatch(after, /[^\r]\n/);
      for (const comment of text.match(/\/\*.*\*\/|\/\/.*/g) ?? []) assert.ok(after.includes(comment));
      const { mcpServers = {}, ...rest } = parse(setSettingsEntry(after, gone(json)).text);
      const { mcpServers: before = {}, ...others } = parse(text);
      assert.deepEqual([mcpServers, rest], [before, others]);
    });
  }

  test('leaves the comments around it when it is taken out', () => {
    const text =
      '{\n  "mcpServers": {\n    // ours\n    "baton": { "command": "x" },\n    // theirs\n    "other": {}\n  }\n}\n';
    const { change, text: after } = setSettingsEntry(text, gone(json));
    assert.equal(change, 'removed');
    assert.equal(after, text.replace('    "baton": { "command": "x" },\n', ''));
  });

  test('takes the place of another one, and of no more', () => {
    const text =
      '{\n  "mcpServers": {\n    "a": {},\n    "baton": { "command": "old" }, // here\n    "z": {}\n  }\n}\n';
    const { change, text: after } = setSettingsEntry(text, json);
    assert.equal(change, 'replaced');
    assert.match(
      after,
      /"a": \{\},\n {4}"baton": \{\n {6}"command": "\/home\/ada\/bin\/baton",[\s\S]*\n {4}\}, \/\/ here\n {4}"z"/,
    );
  });

  test('refuses what cannot be edited without guessing, and says which line', () => {
    refuses('{\n  "a": 1,\n  "b" 2\n}', json, /not valid JSON \(line 3\)/);
    refuses('[]', json, /does not hold a JSON object/);
    refuses('{"mcpServers": []}', json, /"mcpServers" is not an object/);
    refuses('{"mcpServers": {"baton": ', json, /not valid JSON/);
  });

  test('is the same once and twice, keeps all other values, and is gone when it is removed', () => {
    const settings = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.jsonValue().map((held): unknown => held),
    );
    const indent = fc.constantFrom(0, 2, 4, '\t');
    fc.assert(
      fc.property(
        settings,
        fc.option(fc.dictionary(fc.constantFrom('a', 'z', 'baton'), fc.jsonValue())),
        indent,
        (own, servers, space) => {
          const { mcpServers: _, ...others } = own;
          const before = servers === null ? others : { ...others, mcpServers: servers };
          const text = JSON.stringify(before, null, space);
          const once = setSettingsEntry(text, json).text;
          const held = JSON.parse(once);
          assert.deepEqual(
            held,
            JSON.parse(JSON.stringify({ ...before, mcpServers: { ...servers, baton: value } })),
          );
          assert.deepEqual(setSettingsEntry(once, json), { change: 'none', text: once });
          const after = JSON.parse(setSettingsEntry(once, gone(json)).text);
          assert.equal(after.mcpServers.baton, undefined);
        },
      ),
    );
  });
});

suite('an entry in settings of TOML', () => {
  test('is a table at the end, and nothing else changes', () => {
    const text = 'model = "x" # mine\n\n[tui]\na = 1';
    const { change, text: after } = setSettingsEntry(text, toml);
    assert.equal(change, 'added');
    assert.equal(after, `${text}\n\n${table}`);
    assert.equal(setSettingsEntry('', toml).text, table);
    assert.deepEqual(setSettingsEntry(after, toml), { change: 'none', text: after });
    assert.equal(setSettingsEntry(after, gone(toml)).text, `${text}\n`);
  });

  test('takes the place of its table, and leaves what belongs to the next one', () => {
    const text = `a = 1\n\n[mcp_servers.baton]\ncommand = "old"\n\n# of tui\n[tui]\nb = 2\n`;
    const { change, text: after } = setSettingsEntry(text, toml);
    assert.equal(change, 'replaced');
    assert.equal(after, `a = 1\n\n${table}\n# of tui\n[tui]\nb = 2\n`);
    assert.equal(setSettingsEntry(text, gone(toml)).text, 'a = 1\n\n# of tui\n[tui]\nb = 2\n');
  });

  test('keeps Windows line ends', () => {
    const { text } = setSettingsEntry('a = 1\r\n', toml);
    assert.doesNotMatch(text, /[^\r]\n/);
  });

  test('stands beside texts of many lines, and is not looked for inside them', () => {
    const text = 'notes = """\n[mcp_servers.other]\n"""\n';
    assert.equal(setSettingsEntry(text, toml).text, `${text}\n${table}`);
    refuses('notes = """\n[mcp_servers.baton]\n"""\n', toml, /many lines/);
    refuses('notes = """\nnever closed', toml, /many lines/);
  });

  for (const text of [
    'mcp_servers = { baton = { command = "x" } }\n',
    'mcp_servers.baton.command = "x"\n',
    '[mcp_servers]\nbaton = { command = "x" }\n',
    '[mcp_servers]\n"baton".command = "x"\n',
    '[mcp_servers.baton.env]\nA = "1"\n',
  ]) {
    test(`is refused where it is written in another form: ${text.split('\n')[0]}`, () =>
      refuses(text, toml, /in a form that Baton does not edit/));
  }

  test('is not taken out where a part of it would stay behind, which the agent could not start with', () => {
    const text = `${table}\n[mcp_servers.baton.env]\nA = "1"\n`;
    refuses(text, gone(toml), /mcp_servers\.baton\.env/);
    assert.equal(setSettingsEntry(text, toml).change, 'none');
  });

  test('does not mind other servers', () => {
    const text = '[mcp_servers.other]\ncommand = "baton"\n\n[mcp_servers."a.b"]\ncommand = "x"\n';
    assert.equal(setSettingsEntry(text, toml).text, `${text}\n${table}`);
  });
});
