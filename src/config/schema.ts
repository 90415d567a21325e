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

const timing = z
  .strictObject({
    every: duration.optional().describe('a period, counted from the last success: 6h'),
    cron: z.string().min(9).optional().describe('in its place, five fields of cron, UTC'),
    jitter: duration.optional().describe('up to so much is added by chance'),
  })
  .describe('{ every: 6h, jitter: 5m } or { cron: "30 2 * * *" }')

const schedule = z
  .strictObject({
    save: timing.optional().describe('snapshots'),
    verify: timing.optional().describe('what was not verified for a week is read again'),
    drill: timing.optional().describe('the newest is restored into a throw-away etcd'),
    prune: timing.optional().describe('what retention does not keep is removed'),
  })
  .describe('what etcdkeep agent does, and when')

const agent = z
  .strictObject({
    listen: z
      .string()
      .regex(
        /^(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/,
        'a loopback address such as 127.0.0.1:9180',
      )
      .optional()
      .describe(
        'where /metrics is served, a loopback address; 127.0.0.1:9180 where nothing is said',
      ),
    drain: duration.optional().describe('how long a job may go on after SIGTERM; 60s'),
  })
  .describe('The agent itself.')

const webhook = z
  .strictObject({
    url: z
      .url()
      .describe(
        'gets a POST for every failure, for the success after one, and when the clock jumps',
      ),
    secret: keyFile.describe('signs each message by HMAC-SHA-256: { file: PATH }'),
  })
  .describe('Who is told when something goes wrong.')

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
    identities: z
      .array(path)
      .optional()
      .describe('what opens snapshots, for drills and for verify to look inside: age identities'),
    retention: retention.optional(),
    schedule: schedule.optional(),
  })
  .describe('Where snapshots are kept, who signs, who reads, and for how long.')

export const configSchema = z
  .strictObject({
    cluster: cluster.optional(),
    snapshots: snapshots.optional(),
    agent: agent.optional(),
    webhook: webhook.optional(),
  })
  .describe('The configuration of etcdkeep, etcdkeep.yaml')

export type Config = z.infer<typeof configSchema>
