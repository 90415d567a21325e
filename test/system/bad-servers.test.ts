// Members that are no etcd, or one that does not answer: nothing is proven by them, nothing waits for them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BEHAVIOURS, startBadServer } from '../support/bad-servers.ts'
import { startCluster } from '../support/cluster.ts'
import { check, type Checked } from '../support/session.ts'

const ALONE = ['--manifests', '/nonexistent', '--timeout', '400ms'] as const

/** Only what the connection itself showed: HTTP without TLS, or a TLS handshake that stood. */
const SHOWN: Readonly<Record<'http' | 'https' | 'tls', readonly RegExp[]>> = {
  http: [/^client-listener-tls: fail$/, /^client-cert-required: fail$/],
  https: [/^client-listener-tls: fail$/, /^client-cert-required: fail$/],
  // The dates of its certificate were seen, whatever it says afterwards; whose it is was not.
  tls: [
    /^client-listener-tls: pass$/,
    /^tls-version-floor: pass$/,
    /^cipher-suites: (pass|fail)$/,
    /^(cert-expiry|cert-lifetime): pass$/,
  ],
}

function assertNothingMore({ decided, code, err, out }: Checked, allowed: readonly RegExp[]): void {
  const invented = decided.filter((one) => !allowed.some((pattern) => pattern.test(one)))
  assert.deepEqual(invented, [])
  // 3: it may be that nothing at all could be seen.
  assert.ok([0, 1, 3].includes(code), `exit ${code}`)
  assert.doesNotMatch(err, /\n +at |this is a bug/)
  assert.doesNotMatch(out, /met a bug/)
}

for (const [name, behave] of Object.entries(BEHAVIOURS)) {
  // Garbage over plaintext HTTP/1 may be HTTP; everything else shows no door at all.
  const web = name === 'is a broken web server'
  test(`a member that ${name}`, async (t) => {
    const place = await startBadServer(t, behave, 'tcp')
    for (const scheme of ['http', 'https'] as const) {
      const seen = await check('--endpoints', `${scheme}://${place}`, ...ALONE)
      assertNothingMore(seen, web ? SHOWN[scheme] : [])
    }
  })
  test(`a member that ${name} behind TLS`, async (t) => {
    const place = await startBadServer(t, behave, 'tls')
    assertNothingMore(await check('--endpoints', `https://${place}`, ...ALONE), SHOWN.tls)
  })
}

test('a hung member leaves its own findings unknown and the others as they were', async (t) => {
  const cluster = await startCluster(t, { members: 3 })
  if (!cluster) return
  const pid = cluster.pid('m2') ?? 0
  const urls = cluster.members.map((one) => one.clientUrl)
  const { ca, certificate, key } = cluster.client
  const flags = ['--cacert', ca, '--cert', certificate, '--key', key, ...ALONE.slice(0, 2)]
  process.kill(pid, 'SIGSTOP')
  try {
    const seen = await check('--endpoints', urls.join(','), ...flags, '--timeout', '1s')
    const tls = seen.findings.filter((one) => one.control === 'client-listener-tls')
    assert.deepEqual(
      tls.map((one) => one.verdict),
      ['pass', 'unknown', 'pass'],
    )
  } finally {
    process.kill(pid, 'SIGCONT')
  }
})
