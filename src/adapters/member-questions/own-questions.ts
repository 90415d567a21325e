import { KeepError } from '../../core/error.ts'
import type { AskingOptions, AskMembers, MemberQuestions } from '../../ports/member-questions.ts'
import { statusError } from '../etcd/grpc-status.ts'
import { parseEndpoint } from '../etcd/material.ts'
import type { MessageHandler } from '../h2/grpc-call.ts'
import { malformed } from '../h2/malformed.ts'
import { openMember } from '../h2/member.ts'
import { rangeRequest } from '../keyspace/messages.ts'
import { hashOf, hashRequest, membersOf, revisionOf, statusOf } from './answers.ts'

/** No answer to these questions is larger. */
const LARGEST = 4 * 1024 * 1024
const DEADLINE_EXCEEDED = 4
const NOTHING = Buffer.alloc(0)

class Gathered implements MessageHandler {
  readonly #parts: Buffer[] = []
  #size = 0

  start(length: number): void {
    this.#size += length
    if (this.#size > LARGEST) throw malformed('an answer that is far too long')
  }
  piece(bytes: Buffer, start: number, end: number): void {
    this.#parts.push(Buffer.from(bytes.subarray(start, end)))
  }
  finish(): void {}

  get message(): Buffer {
    return Buffer.concat(this.#parts)
  }
}

/** One question over a connection of its own: they are few, and a member that hangs holds no other up. */
async function ask(
  target: Parameters<AskMembers>[0],
  endpoint: string,
  { path, message }: { readonly path: string; readonly message: Buffer },
  { signal, timeoutMs }: AskingOptions,
): Promise<Buffer> {
  const deadline = AbortSignal.timeout(timeoutMs)
  const either = AbortSignal.any([signal, deadline])
  try {
    const member = await openMember(endpoint, target, either, timeoutMs + 1000)
    try {
      const gathered = new Gathered()
      await member.call(path, message, gathered)
      return gathered.message
    } finally {
      member.close()
    }
  } catch (thrown) {
    const cancelled = thrown instanceof KeepError && thrown.kind === 'cancelled'
    if (!cancelled || signal.aborted) throw thrown
    const status = { code: DEADLINE_EXCEEDED, text: 'no answer in time', cause: thrown }
    throw statusError(status, endpoint, path.replace(/^.*\//, ''))
  }
}

const MAINTENANCE = '/etcdserverpb.Maintenance'

/** By our own HTTP/2 reader and no gRPC library: that would cost more memory than the rest of a save. */
export const ownQuestions: AskMembers = (target): MemberQuestions => {
  for (const endpoint of target.endpoints) parseEndpoint(endpoint)
  const closing = new AbortController()
  const send = (endpoint: string, path: string, message: Buffer, options: AskingOptions) => {
    const signal = AbortSignal.any([closing.signal, options.signal])
    return ask(target, endpoint, { path, message }, { ...options, signal })
  }
  return {
    status: async (endpoint, options) =>
      statusOf(await send(endpoint, `${MAINTENANCE}/Status`, NOTHING, options)),
    hashKv: async (endpoint, revision, options) =>
      hashOf(await send(endpoint, `${MAINTENANCE}/HashKV`, hashRequest(revision), options)),
    members: async (endpoint, options) =>
      membersOf(await send(endpoint, '/etcdserverpb.Cluster/MemberList', NOTHING, options)),
    async agreedRevision(endpoint, options) {
      const range = { key: Buffer.from([0]), rangeEnd: NOTHING, revision: 0n }
      const message = rangeRequest({ ...range, limit: 1, keysOnly: true })
      return revisionOf(await send(endpoint, '/etcdserverpb.KV/Range', message, options))
    },
    close: () => closing.abort(),
  }
}
