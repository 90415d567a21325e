import { KeepError } from '../../core/error.ts'
import type { Etcd, EtcdConnector, EtcdTarget } from '../../ports/etcd.ts'
import { authCalls } from './auth.ts'
import { grpcCaller, type Links } from './caller.ts'
import { clusterCalls } from './cluster.ts'
import { kvCalls } from './kv.ts'
import { leaseCalls } from './lease.ts'
import { openLink, type Link } from './link.ts'
import { session } from './login.ts'
import { parseEndpoint } from './material.ts'
import { maintenanceCalls } from './maintenance.ts'
import { watchCalls } from './watch.ts'

function pool(target: EtcdTarget): Links & { close(): void } {
  const opened = new Map<string, Link>()
  const closing = new AbortController()
  const link = (endpoint: string): Link => {
    const there = opened.get(endpoint)
    if (there) return there
    const made = openLink(endpoint, target.tls)
    opened.set(endpoint, made)
    return made
  }
  let order = target.endpoints
  return {
    order: (at) => (at === undefined ? order.map(link) : [link(at)]),
    prefer(good) {
      if (order[0] === good.endpoint || !order.includes(good.endpoint)) return
      order = [good.endpoint, ...order.filter((one) => one !== good.endpoint)]
    },
    closed: closing.signal,
    close() {
      closing.abort(
        new KeepError('cancelled', 'etcd.closed', 'the connection to etcd was closed', {
          hint: 'Connect again.',
        }),
      )
      for (const one of opened.values()) one.close()
    },
  }
}

/** etcd over gRPC, by connect-node. */
export function grpcEtcd(): EtcdConnector {
  return {
    connect(target): Etcd {
      for (const endpoint of target.endpoints) parseEndpoint(endpoint)
      const links = pool(target)
      const caller = grpcCaller(links, session(target.user))
      return {
        kv: kvCalls(caller),
        watch: watchCalls(caller),
        lease: leaseCalls(caller),
        cluster: clusterCalls(caller),
        maintenance: maintenanceCalls(caller),
        auth: authCalls(caller),
        close: () => links.close(),
      }
    },
  }
}
