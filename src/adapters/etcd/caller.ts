// Sends one call to the endpoint that answers, logged in where there is a user.
import { Code, ConnectError, createClient, type Client } from '@connectrpc/connect'
import type { DescService } from '@bufbuild/protobuf'
import { KeepError } from '../../core/error.ts'
import type { CallOptions } from '../../ports/etcd-call.ts'
import { translate } from './errors.ts'
import type { Link } from './link.ts'
import type { Session } from './login.ts'
import { unreachable } from './transport-errors.ts'

export interface Sending {
  readonly signal: AbortSignal
  readonly headers: Record<string, string>
}
/** `write`: must not be sent twice. */
export type Effect = 'read' | 'write'
export type Send<S extends DescService, T> = (client: Client<S>, sending: Sending) => Promise<T>

export interface Caller {
  /** `name` is the method's, for messages. */
  call<S extends DescService, T>(
    service: S,
    name: string,
    effect: Effect,
    send: Send<S, T>,
    options?: CallOptions,
  ): Promise<T>
  stream<S extends DescService, T>(
    service: S,
    name: string,
    open: (client: Client<S>, sending: Sending) => AsyncIterable<T>,
    options?: CallOptions,
  ): AsyncIterable<T>
}

export interface Links {
  /** The endpoints in the order in which they are to be tried; `at` alone where it is given. */
  order(at: string | undefined): readonly Link[]
  prefer(link: Link): void
  readonly closed: AbortSignal
}

const DEADLINE_MS = 5000
const STALE_TOKEN = new Set(['etcd.invalid-token'])

/** An abort names who gave up: the caller (his signal), or the clock. Where nobody did, the connection broke. */
function gaveUp(
  thrown: unknown,
  { deadline, wanted }: { readonly deadline: AbortSignal | undefined; readonly wanted: boolean },
  link: Link,
  name: string,
): KeepError {
  if (deadline?.aborted)
    return translate(
      new ConnectError('no answer in time', Code.DeadlineExceeded),
      link.endpoint,
      name,
    )
  const error = translate(thrown, link.endpoint, name)
  if (error.kind === 'cancelled' && !wanted)
    return unreachable(thrown, link.endpoint, 'the connection broke')
  return error.kind === 'cancelled'
    ? new KeepError('cancelled', 'etcd.cancelled', `${name} was given up`, {
        hint: 'Run it again.',
      })
    : error
}

const mayTryNext = (error: KeepError, effect: Effect, sent: boolean): boolean =>
  !sent
    ? error.kind === 'unavailable' || error.kind === 'denied'
    : effect === 'read' && error.kind === 'unavailable'

export function grpcCaller(links: Links, session: Session): Caller {
  async function attempt<T>(
    link: Link,
    signal: AbortSignal,
    go: (headers: Record<string, string>) => Promise<T>,
    name: string,
  ): Promise<T> {
    for (let retried = false; ; retried = true) {
      const headers = await session.headers(link, signal)
      try {
        return await go(headers)
      } catch (thrown) {
        const error = translate(thrown, link.endpoint, name)
        // The token was refused before anything was done, so even a write may be sent again.
        if (retried || !STALE_TOKEN.has(error.code) || !session.forget(headers)) throw thrown
      }
    }
  }

  async function tryEach<T>(
    name: string,
    effect: Effect,
    options: CallOptions,
    run: (link: Link, signal: AbortSignal, sending: () => void) => Promise<T>,
  ): Promise<T> {
    const { timeoutMs = DEADLINE_MS } = options
    const deadline = AbortSignal.timeout(timeoutMs)
    const signal = AbortSignal.any([
      deadline,
      links.closed,
      ...(options.signal ? [options.signal] : []),
    ])
    const order = links.order(options.at)
    let last: KeepError | undefined
    for (const [index, link] of order.entries()) {
      let sent = false
      // A black hole may not eat the time of the endpoints after it.
      const share = AbortSignal.timeout(Math.ceil(timeoutMs / (order.length - index + 1)))
      const connecting = index + 1 < order.length ? AbortSignal.any([signal, share]) : signal
      try {
        await link.ready(connecting)
        const result = await run(link, signal, () => (sent = true))
        links.prefer(link)
        return result
      } catch (thrown) {
        last = gaveUp(
          thrown,
          {
            deadline: signal.aborted ? deadline : share.aborted && !sent ? share : undefined,
            wanted: signal.aborted,
          },
          link,
          name,
        )
        if (signal.aborted || !mayTryNext(last, effect, sent)) throw last
      }
    }
    throw (
      last ??
      new KeepError('usage', 'etcd.no-endpoint', 'no endpoint was given', {
        hint: 'Give --endpoints.',
      })
    )
  }

  return {
    call: (service, name, effect, send, options = {}) =>
      tryEach(name, effect, options, (link, signal, sending) => {
        const client = createClient(service, link.transport)
        return attempt(
          link,
          signal,
          (headers) => {
            sending()
            return send(client, { signal, headers })
          },
          name,
        )
      }),
    async *stream(service, name, open, options = {}) {
      const { link, headers } = await tryEach(name, 'read', options, async (link, signal) => ({
        link,
        headers: await session.headers(link, signal),
      }))
      const deadline =
        options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs)
      const left = new AbortController()
      const signals = [links.closed, left.signal, deadline, options.signal].filter(
        (one) => one !== undefined,
      )
      try {
        yield* open(createClient(service, link.transport), {
          signal: AbortSignal.any(signals),
          headers,
        })
      } catch (thrown) {
        const wanted = signals.some(({ aborted }) => aborted)
        throw gaveUp(thrown, { deadline, wanted }, link, name)
      } finally {
        left.abort()
      }
    },
  }
}
