// A file that the user named on the command line: what is wrong with it is told as the flag's mistake.
import { resolve } from 'node:path'
import { KeepError } from '../core/error.ts'
import type { Host } from '../ports/host.ts'

/** Larger than any PEM bundle or password. */
const CREDENTIAL_LIMIT = 4 * 1024 * 1024

const MISTAKES = new Set(['host.not-a-file', 'host.too-large', 'host.link-loop', 'host.not-found'])

const asked = (flag: string, path: string, thrown: unknown): unknown => {
  if (!(thrown instanceof KeepError)) return thrown
  const kind = MISTAKES.has(thrown.code) ? 'usage' : thrown.kind
  const hint = thrown.code === 'host.not-found' ? 'check the path' : thrown.hint
  return new KeepError(kind, thrown.code, `--${flag}: ${thrown.message}`, {
    ...(hint && { hint }),
    details: { flag, path },
    cause: thrown,
  })
}

/** Its text. Throws `usage` for what is no such file, `denied` where it may not be read. */
export async function readGiven(
  here: Host,
  flag: string,
  path: string,
  limit = CREDENTIAL_LIMIT,
): Promise<string> {
  try {
    return Buffer.from(await here.read(resolve(path), limit)).toString('utf8')
  } catch (thrown) {
    throw asked(flag, path, thrown)
  }
}

/** Throws `usage` where a directory that is to be read or written in is none. */
export async function requireDirectory(here: Host, flag: string, path: string): Promise<void> {
  try {
    if ((await here.stat(resolve(path))).type === 'directory') return
  } catch (thrown) {
    throw asked(flag, path, thrown)
  }
  throw new KeepError('usage', 'usage.directory', `--${flag}: ${resolve(path)} is no directory`, {
    hint: 'check the path',
    details: { flag, path },
  })
}
