import { spawn } from 'node:child_process'

export interface Ran {
  /** Null where a signal ended it. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; rejects only where it could not be started or `signal` aborts. */
export function run(
  argv: readonly [string, ...string[]],
  options: { readonly cwd?: string; readonly signal?: AbortSignal | undefined } = {},
): Promise<Ran> {
  const [command, ...args] = argv
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      signal: options.signal,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Versions and tables are read from what it prints.
      env: { ...process.env, LC_ALL: 'C' },
    })
    const text = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk))
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, ...text }))
  })
}
