import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { KeepError } from '../../core/error.ts'
import type { Supervisor } from '../../ports/supervisor.ts'

interface Limits {
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/** What systemctl said against it; undefined where it went well. */
function systemctl(
  argv: readonly string[],
  { signal, timeoutMs }: Limits,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(
      'systemctl',
      ['--no-ask-password', ...argv],
      { signal, timeout: timeoutMs, env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' } },
      (failed, _, said) => {
        if (signal.aborted) reject(signal.reason as Error)
        else resolve(failed ? said.trim().split('\n')[0] || failed.message : undefined)
      },
    )
  })
}

async function ask(argv: readonly string[], limits: Limits): Promise<void> {
  const said = await systemctl(argv, limits)
  if (said === undefined) return
  const denied = /access denied|permission denied|authentication/i.test(said)
  throw new KeepError(
    denied ? 'denied' : 'unavailable',
    'supervisor.systemctl',
    `systemctl ${argv.join(' ')}: ${said}`,
    {
      hint: denied
        ? 'Run this as root.'
        : `Look at it: systemctl status ${argv.at(-1)}; journalctl -u ${argv.at(-1)}`,
    },
  )
}

/** systemd, through systemctl. */
export const systemdSupervisor = (): Supervisor => ({
  // sd_booted(3)
  present: () =>
    stat('/run/systemd/system').then(
      (found) => found.isDirectory(),
      () => false,
    ),
  async restart(unit, limits) {
    await ask(['daemon-reload'], limits)
    // A unit that failed too often is not started again before that is forgotten; no error where it did not.
    await systemctl(['reset-failed', unit], limits)
    await ask(['restart', unit], limits)
  },
})
