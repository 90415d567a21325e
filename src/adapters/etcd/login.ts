// Password login: one token for all endpoints (every member learns it), fetched again when etcd forgets it.
import { createClient } from '@connectrpc/connect'
import { Secret } from '../../core/secret.ts'
import type { EtcdTarget } from '../../ports/etcd.ts'
import { translate } from './errors.ts'
import { Auth } from './gen/rpc_pb.ts'
import type { Link } from './link.ts'

export interface Session {
  headers(link: Link, signal: AbortSignal): Promise<Record<string, string>>
  /** Drops the token that was sent; false where there was none to drop. */
  forget(headers: Record<string, string>): boolean
}

async function authenticate(
  link: Link,
  user: NonNullable<EtcdTarget['user']>,
  signal: AbortSignal,
) {
  try {
    const auth = createClient(Auth, link.transport)
    const { token } = await auth.authenticate(
      { name: user.name, password: user.password.reveal() },
      { signal },
    )
    return new Secret(token)
  } catch (thrown) {
    const error = translate(thrown, link.endpoint, 'Authenticate')
    // Without authentication everybody is let in as he is; etcdctl goes on as well.
    if (error.code === 'etcd.auth-not-enabled') return undefined
    throw error
  }
}

export function session(user: EtcdTarget['user']): Session {
  let token: Promise<Secret | undefined> | undefined
  return {
    async headers(link, signal) {
      if (!user) return {}
      token ??= authenticate(link, user, signal)
      try {
        const secret = await token
        return secret ? { token: secret.reveal() } : {}
      } catch (thrown) {
        token = undefined
        throw thrown
      }
    },
    forget(headers) {
      if (headers['token'] === undefined) return false
      token = undefined
      return true
    },
  }
}
