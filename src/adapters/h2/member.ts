// One member of etcd over the own HTTP/2 reader: for answers too large to be gathered.
import { KeepError } from '../../core/error.ts'
import type { EtcdTarget } from '../../ports/etcd.ts'
import { statusError } from '../etcd/grpc-status.ts'
import { parseEndpoint, tlsMaterial } from '../etcd/material.ts'
import { unreachable } from '../etcd/transport-errors.ts'
import { authenticateRequest, tokenOf } from '../keyspace/messages.ts'
import { dialH2, type Dialed } from './dial.ts'
import { grpcCall, GrpcStatus, type MessageHandler } from './grpc-call.ts'
import type { Header } from './hpack.ts'

export interface Member extends Pick<Dialed, 'close' | 'pause' | 'resume' | 'noSilenceLimit'> {
  readonly endpoint: string
  /** `path`: `/etcdserverpb.KV/Range`. Resolves when the status says OK; throws KeepError. */
  call(path: string, message: Uint8Array, handler: MessageHandler): Promise<void>
}

const gathering = (parts: Buffer[]): MessageHandler => ({
  start() {},
  piece: (bytes, start, end) => parts.push(Buffer.from(bytes.subarray(start, end))),
  finish() {},
})

async function login(target: EtcdTarget, send: Member['call']): Promise<readonly Header[]> {
  if (!target.user) return []
  const { name, password } = target.user
  const parts: Buffer[] = []
  try {
    await send(
      '/etcdserverpb.Auth/Authenticate',
      authenticateRequest(name, password.reveal()),
      gathering(parts),
    )
  } catch (thrown) {
    if (thrown instanceof KeepError && thrown.code === 'etcd.auth-not-enabled') return []
    throw thrown
  }
  return [['token', tokenOf(Buffer.concat(parts))]]
}

/** Connects and logs in. Throws KeepError: `unavailable`, also after `silenceMs` without a byte, or `denied`. */
export async function openMember(
  endpoint: string,
  target: EtcdTarget,
  signal: AbortSignal,
  silenceMs: number,
): Promise<Member> {
  const url = parseEndpoint(endpoint)
  const { options, refuse } = tlsMaterial(url.protocol === 'https:' ? target.tls : undefined)
  const dialed = await dialH2({
    url,
    tls: options,
    ...(refuse && { refuse }),
    signal,
    silenceMs,
    failure: (cause) =>
      unreachable(cause, endpoint, cause instanceof Error ? cause.message : undefined),
  })
  let metadata: readonly Header[] = []
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const call: Member['call'] = (path, message, handler) =>
    grpcCall(
      dialed.connection,
      { authority: url.host, scheme, path, message, metadata },
      handler,
    ).catch((thrown: unknown) => {
      if (!(thrown instanceof GrpcStatus)) throw thrown
      const { code, message: text } = thrown
      throw statusError({ code, text, cause: thrown }, endpoint, path.replace(/^.*\//, ''))
    })
  try {
    metadata = await login(target, call)
  } catch (thrown) {
    dialed.close()
    throw thrown
  }
  return { ...dialed, endpoint, call }
}
