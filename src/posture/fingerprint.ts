import { createHash } from 'node:crypto'
import type { Evidence, Subject } from '../core/finding.ts'

/** The same for the same control, subject and evidence; 32 hexadecimal digits. Time and order play no part. */
export function fingerprint(
  control: string,
  subject: Subject,
  evidence: readonly Evidence[],
): string {
  const seen = evidence.map((piece) => [piece.layer, piece.source, piece.stable ?? piece.observed])
  const parts = [
    control,
    subject.kind,
    subject.name,
    ...seen.map((piece) => JSON.stringify(piece)).toSorted(),
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
