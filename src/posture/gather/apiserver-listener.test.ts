import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { networkProber } from '../../adapters/prober/network-prober.ts'
import { known, missing } from '../../core/fact.ts'
import { issue } from '../../pki/issue.ts'
import { privatePem } from '../../pki/key.ts'
import { authority, server } from '../../pki/profiles.ts'
import { assess } from '../assess.ts'
import apiserverAnonymous from '../controls/apiserver-anonymous.ts'
import apiserverTls from '../controls/apiserver-tls.ts'
import { apiserver, launch, seen } from '../example.ts'
import { apiserverListener } from './apiserver-listener.ts'

const life = { now: new Date(), days: 1 }
const leaf = await issue(
  server({ name: 'a', places: ['https://127.0.0.1'] }, life),
  await issue(authority('ca', life)),
)
const tools = { prober: networkProber({ timeoutMs: 3000 }), now: () => life.now }

const MODERN = 'TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256'

/** A server that asks for certificates as kube-apiserver does, and answers strangers with `status`. */
async function portOf(t: TestContext, status: number, ciphers = MODERN): Promise<number> {
  const listener = createServer(
    {
      cert: leaf.pem,
      key: privatePem(leaf.key).reveal(),
      requestCert: true,
      ciphers,
      rejectUnauthorized: false,
    },
    (request, response) => response.writeHead(request.url === '/version' ? 200 : status).end(),
  )
  t.after(() => listener.close())
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  return (listener.address() as AddressInfo).port
}

async function verdicts(port: number): Promise<readonly string[]> {
  const flags = {
    'anonymous-auth': 'false',
    'bind-address': '0.0.0.0',
    'secure-port': String(port),
  }
  const running = known(launch(flags, { program: 'kube-apiserver' }))
  const listener = await apiserverListener(tools, { running })
  const all = seen({ apiservers: [apiserver({ running, listener })] })
  return assess([apiserverAnonymous, apiserverTls], all).map(
    ({ verdict, layer }) => `${verdict} ${layer}`,
  )
}

test('strangers are turned away, and TLS is modern', async (t) => {
  assert.deepEqual(await verdicts(await portOf(t, 401)), ['pass proven', 'pass proven'])
})

test('the port lets strangers in, whatever the flag says', async (t) => {
  assert.deepEqual(await verdicts(await portOf(t, 403)), ['fail proven', 'pass proven'])
})

test('the port takes a weak suite', async (t) => {
  const port = await portOf(t, 401, `${MODERN}:ECDHE-ECDSA-AES128-SHA256`)
  assert.deepEqual(await verdicts(port), ['pass proven', 'fail proven'])
})

test('nobody listens', async () => {
  assert.deepEqual(await verdicts(1), ['unknown running', 'unknown running'])
})

test('without a process there is nothing to dial', async () => {
  const running = missing('no process')
  assert.equal((await apiserverListener(tools, { running })).known, false)
})
