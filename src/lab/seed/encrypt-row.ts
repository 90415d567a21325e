// Stored rows as kube-apiserver's encryption providers write them (k8s.io/apiserver, storage/value/encrypt).
import { createCipheriv, createHmac, randomBytes } from 'node:crypto'
import { BinaryWriter } from '@bufbuild/protobuf/wire'
import type { Secret } from '../../core/secret.ts'

export interface RowKey {
  readonly name: string
  /** 16, 24 or 32 bytes. */
  readonly bytes: Secret<Uint8Array>
}

/** Fixed for tests only: a nonce used twice under one key gives AES-GCM away. */
export type Randomness = (bytes: number) => Uint8Array

function gcm(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, about: string): Uint8Array {
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as 'aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(about))
  const sealed = [cipher.update(plain), cipher.final()]
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()])
}

const row = (provider: string, name: string, body: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`k8s:enc:${provider}:${name}:`), body])

export function aescbcRow(
  key: RowKey,
  plain: Uint8Array,
  random: Randomness = randomBytes,
): Uint8Array {
  const bytes = key.bytes.reveal()
  const iv = random(16)
  const cipher = createCipheriv(`aes-${bytes.length * 8}-cbc`, bytes, iv)
  return row('aescbc:v1', key.name, Buffer.concat([iv, cipher.update(plain), cipher.final()]))
}

/** Bound to its place: the etcd key is authenticated with it. */
export const aesgcmRow = (
  key: RowKey,
  etcdKey: string,
  plain: Uint8Array,
  random: Randomness = randomBytes,
): Uint8Array => row('aesgcm:v1', key.name, gcm(key.bytes.reveal(), random(12), plain, etcdKey))

export interface KmsKey {
  /** The plugin's name in the configuration. */
  readonly plugin: string
  readonly keyId: string
  /** What the plugin made of the seed; stored as it is. */
  readonly wrappedSeed: Uint8Array
  /** 32 bytes. */
  readonly seed: Secret<Uint8Array>
}

/** KMS v2 as written since Kubernetes 1.29: a data key for each row, expanded from the seed (RFC 5869, expand only). */
export function kmsV2Row(
  key: KmsKey,
  etcdKey: string,
  plain: Uint8Array,
  random: Randomness = randomBytes,
): Uint8Array {
  const info = random(32)
  const dataKey = createHmac('sha256', key.seed.reveal()).update(info).update('\u0001').digest()
  const data = Buffer.concat([info, gcm(dataKey, random(12), plain, etcdKey)])
  const writer = new BinaryWriter()
  writer.uint32((1 << 3) | 2).bytes(data)
  writer.uint32((2 << 3) | 2).string(key.keyId)
  writer.uint32((3 << 3) | 2).bytes(key.wrappedSeed)
  writer.uint32(5 << 3).uint32(1)
  return row('kms:v2', key.plugin, writer.finish())
}

/**
 * A real secretbox row. Node has no XSalsa20, and nothing in a lab reads it back, so it is always the same:
 * key 00 01 … 1f, nonce 00 01 … 17, plaintext `x`.
 */
export const secretboxRow = (name: string): Uint8Array =>
  row(
    'secretbox:v1',
    name,
    Buffer.from(
      `${Buffer.from(Array.from({ length: 24 }, (_, index) => index)).toString('hex')}958f94762df7df0feaae0a9a920d8c2426`,
      'hex',
    ),
  )
