// A share as people keep it: one line that says which set it is of, and notices a slip of the pen.
import { createHash, randomBytes } from 'node:crypto'
import { KeepError } from '../core/error.ts'
import { Secret } from '../core/secret.ts'

export interface Share {
  /** Random, the same for all shares of one split. */
  readonly set: string
  readonly needed: number
  readonly count: number
  /** From 1. */
  readonly number: number
  /** Of the whole secret, so that joining wrong shares is noticed; 128 bits of a SHA-256. */
  readonly check: string
  readonly bytes: Secret<Uint8Array>
}

const LINE =
  /^etcdkeep-share-1:([0-9a-f]{8}):(\d{1,3})-of-(\d{1,3}):(\d{1,3}):([0-9a-f]{32}):([A-Za-z0-9_-]+):([0-9a-f]{8})$/m

const digest = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex')

/** The secret is a key of at least 128 bits, or this would help to guess it. */
export const checkOf = (secret: Secret<Uint8Array>): string =>
  digest(Buffer.concat([Buffer.from('etcdkeep.share/v1\n'), secret.reveal()])).slice(0, 32)

export const newSet = (): string => randomBytes(4).toString('hex')

export function showShare({ set, needed, count, number, check, bytes }: Share): Secret {
  const body = Buffer.from(bytes.reveal()).toString('base64url')
  const line = `etcdkeep-share-1:${set}:${needed}-of-${count}:${number}:${check}:${body}`
  const head = `# share ${number} of ${count}; any ${needed} of set ${set} give the key back: etcdkeep snapshot shares-join`
  return new Secret(`${head}\n${line}:${digest(line).slice(0, 8)}\n`)
}

/** Throws `config` for what is no share, or was copied wrongly. */
export function parseShare(text: Secret, path: string): Share {
  const match = LINE.exec(text.reveal())
  const hint = 'one file for each share, as snapshot shares-split wrote it'
  if (!match) throw new KeepError('config', 'shares.none', `${path} holds no share`, { hint })
  const [line, set = '', needed, count, number, check = '', body = '', sum = ''] = match
  if (digest(line.slice(0, -(sum.length + 1))).slice(0, 8) !== sum)
    throw new KeepError('config', 'shares.mistyped', `${path}: a character of the share is wrong`, {
      hint,
    })
  return {
    set,
    needed: Number(needed),
    count: Number(count),
    number: Number(number),
    check,
    bytes: new Secret<Uint8Array>(Buffer.from(body, 'base64url')),
  }
}

/** Throws `config` where the shares are of several sets, or too few. */
export function requireEnough(shares: readonly Share[]): void {
  const [first] = shares
  const different = new Set(shares.map(({ number }) => number)).size
  const hint = 'see the first line of each share'
  if (!first || shares.some(({ set, check }) => set !== first.set || check !== first.check))
    throw new KeepError('config', 'shares.mixed', 'these shares are not of one set', { hint })
  if (different < first.needed)
    throw new KeepError(
      'config',
      'shares.too-few',
      `${different} of the ${first.needed} shares that are needed`,
      { hint },
    )
}
