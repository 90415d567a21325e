import type { Shape } from '../shape.ts'
import { noClientCertificates } from './no-client-certificates.ts'
import { secure } from './secure.ts'
import { sharedCa } from './shared-ca.ts'
import { wideOpen } from './wide-open.ts'

export const SHAPES = {
  secure,
  'wide-open': wideOpen,
  'shared-ca': sharedCa,
  'no-client-certificates': noClientCertificates,
} as const satisfies Readonly<Record<string, Shape>>

export type ShapeName = keyof typeof SHAPES
