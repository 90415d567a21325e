import { KeepError } from '../../core/error.ts'

/** An anchor is two lines of a few hundred bytes. */
export const ANCHOR_LIMIT = 64 * 1024

export const moved = (name: string): KeepError =>
  new KeepError('conflict', 'anchor.moved', `the anchor ${name} was moved by another`, {
    hint: 'is etcdkeep scheduled twice for this cluster?',
  })

export const tooLarge = (name: string): KeepError =>
  new KeepError('corrupt', 'anchor.too-large', `the anchor ${name} is no anchor: it is too large`, {
    hint: 'find out who put it there, and remove it',
  })

export const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0
