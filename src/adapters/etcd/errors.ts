// Failures of connect's calls in our words.
import { ConnectError } from '@connectrpc/connect'
import { KeepError } from '../../core/error.ts'
import { statusError } from './grpc-status.ts'
import { refusedByTls } from './transport-errors.ts'

/** What any failure of a call to `endpoint` means. A KeepError stays what it is. */
export function translate(thrown: unknown, endpoint: string, call: string): KeepError {
  if (thrown instanceof KeepError) return thrown
  const transport = refusedByTls(thrown, endpoint)
  if (transport) return transport
  const error = ConnectError.from(thrown)
  return statusError({ code: error.code, text: error.rawMessage, cause: thrown }, endpoint, call)
}
