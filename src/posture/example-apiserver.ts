// Observations with one kube-apiserver, for the examples of controls.
import { known } from '../core/fact.ts'
import { apiserver, AT, launch, seen } from './example.ts'
import type { ListenerProbe } from './facts/probes.ts'
import { door } from './listener-example.ts'
import type { Apiserver } from './observation.ts'

/** A running kube-apiserver with these flags. */
export const running = (flags: Readonly<Record<string, string>>, parts: Partial<Apiserver> = {}) =>
  seen({
    apiservers: [
      apiserver({ running: known(launch(flags, { program: 'kube-apiserver' })), ...parts }),
    ],
  })

/** What its port answers to a read of the namespaces without a credential. */
export const reads = (status: number): ListenerProbe['http'] => {
  const outcome = status < 300 ? 'answered' : status < 500 ? 'denied' : 'unclear'
  return { '/api/v1/namespaces': { anonymous: { outcome, detail: `HTTP ${status}`, at: AT } } }
}

/** Its secure port, which does everything right but for what is said. */
export const port = (parts: Partial<ListenerProbe> = {}): ListenerProbe =>
  door({
    role: 'client-http',
    url: 'https://0.0.0.0:6443',
    address: '127.0.0.1:6443',
    plaintext: {},
    tls: {},
    http: reads(401),
    ...parts,
  })

export const unread = {
  name: 'nothing could be read',
  given: seen({ apiservers: [apiserver()] }),
  expect: { 'kube-apiserver': 'unknown' },
} as const
