// What may stand in etcdkeep.yaml: types, checks, the JSON Schema and the reference page all come from here.
import { z } from 'zod'

const path = z.string().min(1).describe('a path; relative ones start at the folder of this file')
const place = z
  .string()
  .min(1)
  .describe('a directory, or s3://bucket/prefix; never with a credential')
const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'a duration such as 30m, 12h or 7d is wanted')
  .describe('a duration: 30m, 12h, 7d')
const keyFile = z
  .strictObject({ file: path })
  .describe('a private key, by the file it is in: { file: PATH }')
const publicKeys = z.array(z.string().min(1)).describe('ed25519:…, or a file of them')
const count = z.int().min(0)

const cluster = z
  .strictObject({
    endpoints: z.array(z.string().min(1)).optional().describe('client URLs of the members'),
    cacert: path.optional().describe('CA that the members’ certificates chain to'),
    cert: path.optional().describe('client certificate for etcd'),
    key: keyFile.optional().describe('its private key: { file: PATH }'),
  })
  .describe('The etcd cluster that is backed up; without it, the etcd of this machine.')

const retention = z
  .strictObject({
    last: count.optional().describe('the newest N'),
    within: duration.optional().describe('what is no older than the newest by this, as 2d'),
    hourly: count.optional().describe('the newest of each of N hours'),
    daily: count.optional().describe('of N days, UTC'),
    weekly: count.optional().describe('of N weeks'),
    monthly: count.optional().describe('of N months'),
    yearly: count.optional().describe('of N years'),
  })
  .describe('which snapshots prune leaves; the rules add up')

const snapshots = z
  .strictObject({
    stores: z
      .array(place)
      .min(1)
      .optional()
      .describe('where snapshots are kept: the first is the repository, the others get copies'),
    trust: publicKeys
      .optional()
      .describe('public keys that may sign snapshots: ed25519:…, or a file'),
    trustRecords: publicKeys.optional().describe('public keys that may sign records alone'),
    anchors: z
      .array(z.string().min(1))
      .optional()
      .describe(
        'outside the repository, what the newest was: a file, store:PLACE, copy:PLACE or etcd:/key',
      ),
    signingKey: keyFile.optional().describe('signs snapshots: { file: PATH }'),
    recordKey: keyFile
      .optional()
      .describe('signs what verify, prune and hold record: { file: PATH }; default signingKey'),
    recipients: z
      .array(z.string().min(1))
      .optional()
      .describe('who can read the snapshots: age1…, or key-file:FILE'),
    spool: path.optional().describe('where sealed bytes wait for a slow store'),
    rpo: duration.optional().describe('how old the newest snapshot may be, as 12h or 1d'),
    retention: retention.optional(),
  })
  .describe('Where snapshots are kept, who signs, who reads, and for how long.')

export const configSchema = z
  .strictObject({ cluster: cluster.optional(), snapshots: snapshots.optional() })
  .describe('The configuration of etcdkeep, etcdkeep.yaml')

export type Config = z.infer<typeof configSchema>
