import { KeepError } from '../../core/error.ts'
import type { EtcdLease } from '../../ports/etcd.ts'
import type { Caller } from './caller.ts'
import { Lease } from './gen/rpc_pb.ts'

export const leaseCalls = (caller: Caller): EtcdLease => ({
  async grant(ttl, id = 0n, options) {
    const answer = await caller.call(
      Lease,
      'LeaseGrant',
      'write',
      (lease, sending) => lease.leaseGrant({ ttl, id }, sending),
      options,
    )
    return { id: answer.id, ttl: answer.ttl }
  },
  async revoke(id, options) {
    await caller.call(
      Lease,
      'LeaseRevoke',
      'write',
      (lease, sending) => lease.leaseRevoke({ id }, sending),
      options,
    )
  },
  async keepAlive(id, options) {
    return caller.call(
      Lease,
      'LeaseKeepAlive',
      'read',
      async (lease, sending) => {
        async function* one() {
          yield { id }
        }
        for await (const answer of lease.leaseKeepAlive(one(), sending))
          return { id: answer.id, ttl: answer.ttl }
        throw new KeepError('unavailable', 'etcd.no-answer', `lease ${id} was not renewed`, {
          hint: 'Try again.',
        })
      },
      options,
    )
  },
  async timeToLive(id, options) {
    const answer = await caller.call(
      Lease,
      'LeaseTimeToLive',
      'read',
      (lease, sending) => lease.leaseTimeToLive({ id, keys: true }, sending),
      options,
    )
    return { id: answer.id, ttl: answer.ttl, granted: answer.grantedTtl, keys: answer.keys }
  },
  async list(options) {
    const answer = await caller.call(
      Lease,
      'LeaseLeases',
      'read',
      (lease, sending) => lease.leaseLeases({}, sending),
      options,
    )
    return answer.leases.map((lease) => lease.id)
  },
})
