import { KeepError } from '../../core/error.ts'

/** Bytes that no HTTP/2 peer would send; the connection cannot go on after them. */
export const malformed = (what: string): KeepError =>
  new KeepError('corrupt', 'h2.malformed', `malformed HTTP/2: ${what}`, {
    hint: 'Check that the endpoint is an etcd client port and that nothing alters the traffic.',
  })
