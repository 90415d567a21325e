// CLI sessions as text: each `$ etcdkeep …` is run in this process, and what follows is what it must print.
// UPDATE_TRANSCRIPTS=1 writes what is printed instead; read the difference before it is committed.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { manualClock } from '../../src/adapters/clock/manual.ts'
import { commands } from '../../src/cli/commands/index.ts'
import { run } from '../../src/cli/run.ts'
import { known } from '../../src/core/fact.ts'
import { launch, member, seen } from '../../src/posture/example.ts'
import { wire } from '../../src/wiring.ts'

const HERE = import.meta.dirname

/** The files that the sessions name. */
const FACTS = seen({
  members: [
    member({ running: known(launch({ 'peer-auto-tls': 'true' })) }),
    member({ name: 'm2', running: known(launch({}, { name: 'm2' })) }),
    member({ name: 'm3' }),
  ],
})
const FILES: Readonly<Record<string, string>> = {
  'facts.json': JSON.stringify(FACTS),
  'not-facts.json': '{"schema":"etcdkeep.check/v1"}',
  'waivers.yaml': '- fingerprint: nonsense\n  owner: ada\n  reason: x\n  expires: 2027-01-01\n',
}

async function session(line: string): Promise<string> {
  let printed = ''
  const sink = { write: (text: string) => (printed += text), columns: 80 }
  const code = await run(line.split(' '), {
    index: commands,
    ports: () => ({ ...wire(), clock: manualClock() }),
    around: {
      stdout: sink,
      stderr: sink,
      environment: {},
      signal: new AbortController().signal,
    },
  })
  return `$ etcdkeep ${line}\n${printed}[exit ${code}]\n`
}

for (const name of readdirSync(HERE).filter((file) => file.endsWith('.txt')))
  test(name, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'etcdkeep-transcript-'))
    const before = process.cwd()
    try {
      for (const [file, text] of Object.entries(FILES)) writeFileSync(join(folder, file), text)
      process.chdir(folder)
      const wanted = readFileSync(join(HERE, name), 'utf8')
      const lines = [...wanted.matchAll(/^\$ etcdkeep (.*)$/gm)].map((match) => match[1] ?? '')
      const sessions: string[] = []
      for (const line of lines) sessions.push(await session(line))
      const got = sessions.join('\n').replaceAll(folder, '.')
      if (process.env['UPDATE_TRANSCRIPTS']) writeFileSync(join(HERE, name), got)
      else assert.equal(got, wanted)
    } finally {
      process.chdir(before)
      rmSync(folder, { recursive: true })
    }
  })
