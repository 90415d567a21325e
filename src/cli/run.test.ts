import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { manualClock } from '../adapters/clock/manual.ts'
import { KeepError } from '../core/error.ts'
import { columns } from '../core/terminal.ts'
import type { Ports } from '../ports/ports.ts'
import { defineCommand, type Command } from './command.ts'
import { run } from './run.ts'

const greet = defineCommand({
  summary: 'Says good day',
  examples: [{ run: 'greet --name Ada', what: 'to somebody' }],
  flags: {
    name: { type: 'string', value: 'NAME', help: 'to whom', default: 'you' },
    mood: { type: 'string', help: 'how', choices: ['glad', 'sad'] },
    times: { type: 'number', help: 'how often', default: '1' },
    wait: { type: 'duration', help: 'how long', default: '5s' },
    'with-hat': { type: 'boolean', help: 'and a hat' },
    place: { type: 'list', help: 'where' },
  },
  async run({ flags }, { progress }) {
    progress.note('half way')
    if (flags.name === 'nobody')
      throw new KeepError('denied', 'greet.nobody', 'nobody is here', { hint: 'name somebody' })
    if (flags.name === 'bug') throw new TypeError('x is undefined')
    return { schema: 'test/v1', ...flags }
  },
  text: (result) => `good day ${result.name}`,
  exit: (result) => (result['with-hat'] ? 1 : 0),
  formats: { loud: (result) => `GOOD DAY ${result.name}` },
})

async function shell(line: string, environment: Record<string, string> = {}, aborted = false) {
  let out = ''
  let err = ''
  const load = (command: Command) => async () => ({ default: command })
  const code = await run(
    line.split(' ').filter((word) => word !== ''),
    {
      index: {
        greet: { summary: greet.summary, load: load(greet) },
        'lab/up': { summary: 'Starts', load: load(greet) },
      },
      ports: () => ({ clock: manualClock() }) as Partial<Ports> as Ports,
      around: {
        stdout: { write: (text: string) => (out += text) },
        stderr: { write: (text: string) => (err += text) },
        environment,
        signal: aborted ? AbortSignal.abort() : new AbortController().signal,
      },
    },
  )
  return { code, out, err }
}

test('the result goes to standard output, progress to standard error', async () => {
  assert.deepEqual(await shell('greet --name Ada'), {
    code: 0,
    out: 'good day Ada\n',
    err: 'half way\n',
  })
})

test('flags become typed values', async () => {
  const { out } = await shell(
    'greet --times 3 --wait 2m --place a,b --place=c --mood glad -o json --with-hat',
  )
  assert.deepEqual(JSON.parse(out), {
    schema: 'test/v1',
    name: 'you',
    mood: 'glad',
    times: 3,
    wait: 120_000,
    'with-hat': true,
    place: ['a', 'b', 'c'],
    output: 'json',
    color: 'auto',
    help: false,
  })
})

test('marks that turn text around are spelled out in both document formats', async () => {
  const name = 'a\u202etxt'
  const asJson = (await shell(`greet --name ${name} -o json`)).out
  const asYaml = (await shell(`greet --name ${name} -o yaml`)).out
  for (const text of [asJson, asYaml]) assert.ok(text.includes(String.raw`a\u202etxt`), text)
  assert.equal(asYaml.includes('\u202e'), false)
  assert.equal(parse(asYaml).name, name)
})

test('the same value feeds yaml and the own formats', async () => {
  assert.match((await shell('greet -o yaml')).out, /^schema: test\/v1\nname: you\n/)
  assert.equal((await shell('greet -o loud')).out, 'GOOD DAY you\n')
})

test('bad news that was asked for is exit code 1', async () => {
  assert.equal((await shell('greet --with-hat')).code, 1)
})

const MISTAKES: readonly (readonly [string, RegExp])[] = [
  ['great', /error: there is no command great\nhint: did you mean greet\?/],
  ['greet --nmae x', /unknown flag --nmae\nhint: did you mean --name\?/],
  ['greet --name', /--name needs a value\nhint: write --name NAME/],
  ['greet --name --with-hat', /--name needs a value/],
  ['greet --name= ', /--name: "" is empty/],
  ['greet --with-hat=no', /--with-hat takes no value/],
  ['greet --mood gladd', /none of glad, sad\nhint: did you mean glad\?/],
  ['greet --times many', /"many" is no whole number/],
  ['greet --wait 5', /"5" is no duration/],
  ['greet --name a --name b', /--name is given 2 times/],
  ['greet Ada', /unexpected argument Ada/],
  ['greet -o jsno', /no output format jsno here\nhint: did you mean json\?/],
  ['lab upp', /no command lab upp\nhint: did you mean up\?/],
  ['-o json greet', /the command comes first, then -o/],
]
for (const [line, message] of MISTAKES)
  test(`usage: ${line}`, async () => {
    const { code, err } = await shell(line)
    assert.equal(code, 2)
    assert.match(err, message)
  })

test('an error is one object in json, and exit code of its kind', async () => {
  const { code, out, err } = await shell('greet --name nobody -o json')
  assert.equal(code, 4)
  assert.deepEqual(JSON.parse(out), {
    schema: 'etcdkeep.error/v1',
    error: {
      kind: 'denied',
      code: 'greet.nobody',
      message: 'nobody is here',
      hint: 'name somebody',
    },
  })
  assert.match(err, /error: nobody is here\nhint: name somebody\n$/)
})

test('what nobody expected is a bug, without a stack unless asked for', async () => {
  const quiet = await shell('greet --name bug')
  assert.equal(quiet.code, 70)
  assert.match(quiet.err, /error: this is a bug: x is undefined/)
  assert.doesNotMatch(quiet.err, /\bat /)
  assert.match((await shell('greet --name bug', { ETCDKEEP_DEBUG: '1' })).err, /\n +at /)
})

test('interrupted is 130 whatever was thrown', async () => {
  assert.equal((await shell('greet --name bug', {}, true)).code, 130)
})

test('help teaches, and fits 80 columns', async () => {
  for (const line of ['', '--help', 'lab', 'lab --help', 'greet --help', 'lab up -h']) {
    const { code, out } = await shell(line)
    assert.equal(code, 0, line)
    for (const row of out.split('\n')) assert.ok(columns(row) <= 80, row)
  }
  assert.match((await shell('greet --help')).out, /# to somebody\n {2}etcdkeep greet --name Ada\n/)
  assert.match((await shell('')).out, /greet +Says good day\n/)
})

test('--version', async () => {
  assert.match((await shell('--version')).out, /^etcdkeep \d+\.\d+\.\d+\n$/)
})
