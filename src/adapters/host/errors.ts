import { KeepError } from '../../core/error.ts'

/** A failed system call in our words. ESRCH: the process ended while its `/proc` files were read. */
export function hostError(thrown: unknown, path: string): KeepError {
  if (thrown instanceof KeepError) return thrown
  const code = (thrown as NodeJS.ErrnoException).code ?? ''
  const cause = { cause: thrown }
  if (code === 'ENOTDIR')
    return new KeepError(
      'not-found',
      'host.not-found',
      `${path} is no directory, or lies below a file`,
      {
        hint: 'check the path',
        ...cause,
      },
    )
  if (['ENOENT', 'ESRCH'].includes(code))
    return new KeepError('not-found', 'host.not-found', `${path} does not exist`, {
      hint: 'check the path; a command that has --root looks below it',
      ...cause,
    })
  if (code === 'EACCES' || code === 'EPERM')
    return new KeepError('denied', 'host.denied', `${path} may not be read`, {
      hint: 'run as root on this host',
      ...cause,
    })
  if (code === 'ELOOP')
    return new KeepError('unavailable', 'host.link-loop', `${path} leads through too many links`, {
      hint: 'remove the symbolic link that points at itself',
      ...cause,
    })
  return new KeepError('unavailable', 'host.unreadable', `${path} could not be read (${code})`, {
    hint: 'check that it is a readable file on a healthy disk',
    ...cause,
  })
}

/** Runs a system call; whatever it throws comes out as KeepError about `path`. */
export async function attempt<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (thrown) {
    throw hostError(thrown, path)
  }
}
