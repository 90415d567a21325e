// One command line, run in this process with the real adapters.
import { commands } from '../../src/cli/commands/index.ts'
import { run } from '../../src/cli/run.ts'
import type { Finding } from '../../src/core/finding.ts'
import { wire } from '../../src/wiring.ts'

export interface Session {
  readonly code: number
  readonly out: string
  readonly err: string
}

export async function session(args: readonly string[]): Promise<Session> {
  let out = ''
  let err = ''
  const code = await run(args, {
    index: commands,
    ports: wire,
    around: {
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
      environment: {},
      signal: new AbortController().signal,
    },
  })
  return { code, out, err }
}

export interface Checked extends Session {
  readonly findings: readonly Finding[]
  readonly troubles: readonly { readonly source: string; readonly why: string }[]
  /** Of an error instead of a result. */
  readonly error?: { readonly kind: string; readonly message: string; readonly hint?: string }
  /** `control: verdict` of every finding that is neither unknown nor not applicable. */
  readonly decided: readonly string[]
}

/** `check -o json` with these flags, its output read. */
export async function check(...flags: readonly string[]): Promise<Checked> {
  const done = await session(['check', '-o', 'json', ...flags])
  const { findings = [], troubles = [], error } = JSON.parse(done.out) as Partial<Checked>
  const decided = findings
    .filter(({ verdict }) => verdict !== 'unknown' && verdict !== 'not-applicable')
    .map(({ control, verdict }) => `${control}: ${verdict}`)
  return { ...done, findings, troubles, decided, ...(error && { error }) }
}
