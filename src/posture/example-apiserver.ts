// Observations with one kube-apiserver, for the examples of controls.
import { known } from '../core/fact.ts'
import { apiserver, launch, seen } from './example.ts'
import type { Apiserver } from './observation.ts'

/** A running kube-apiserver with these flags. */
export const running = (flags: Readonly<Record<string, string>>, parts: Partial<Apiserver> = {}) =>
  seen({
    apiservers: [
      apiserver({ running: known(launch(flags, { program: 'kube-apiserver' })), ...parts }),
    ],
  })

export const unread = {
  name: 'nothing could be read',
  given: seen({ apiservers: [apiserver()] }),
  expect: { 'kube-apiserver': 'unknown' },
} as const
