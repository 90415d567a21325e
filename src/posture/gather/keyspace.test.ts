import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeepError } from '../../core/error.ts'
import { known } from '../../core/fact.ts'
import { apiserver, launch } from '../example.ts'
import { aescbc, config, configured, entry } from '../example-encryption.ts'
import { CLIENT_ACCESS, keyspaceFacts, tallyOptions, type RowSource } from './keyspace.ts'

const bytes = (text: string) => Buffer.from(text)
const signal = new AbortController().signal

const rows = (...list: readonly (readonly [key: string, value: string])[]): RowSource => ({
  name: 'member m1',
  access: CLIENT_ACCESS,
  read(visit) {
    for (const [key, value] of list) visit(bytes(key), bytes(value))
    return Promise.resolve({ revision: 7n })
  },
})

test('rows under a prefix and key names that only the API server knows', async () => {
  const server = {
    ...configured(config(entry('secrets', aescbc('a:b')))),
    running: known(launch({ 'etcd-prefix': 'cluster-7' }, { program: 'kube-apiserver' })),
  }
  const facts = await keyspaceFacts(
    rows(
      ['/cluster-7/secrets/ns/one', 'k8s:enc:aescbc:v1:a:b:…'],
      ['/cluster-7/secrets/ns/two', '{"kind":"Secret"}'],
      ['unrelated', 'x'],
    ),
    tallyOptions([server, apiserver()]),
    signal,
  )
  assert.deepEqual(facts, {
    known: true,
    value: {
      source: 'member m1',
      revision: '7',
      keys: 3,
      prefixes: ['/cluster-7'],
      resources: [
        {
          resource: 'secrets',
          rows: 2,
          stored: [
            { provider: 'aescbc', key: 'a:b', rows: 1, example: '/cluster-7/secrets/ns/one' },
            {
              provider: 'plaintext',
              encoding: 'json',
              rows: 1,
              example: '/cluster-7/secrets/ns/two',
            },
          ],
        },
      ],
    },
  })
})

test('a refusal is a missing fact that names the access', async () => {
  const refusing: RowSource = {
    name: 'member m1',
    access: CLIENT_ACCESS,
    read: () => Promise.reject(new KeepError('denied', 'etcd.permission-denied', 'no')),
  }
  const facts = await keyspaceFacts(refusing, {}, signal)
  assert.equal(facts.known, false)
  assert.match(facts.known ? '' : (facts.access ?? ''), /--cert/)
})
