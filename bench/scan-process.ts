// The scan as a program of its own, so that it is measured as the peers are: start-up and all.
import { readFileSync } from 'node:fs'
import { ownKeyspaceScanner } from '../src/adapters/keyspace/scanner.ts'
import { Secret } from '../src/core/secret.ts'

const [endpoint = '', ca = '', certificate = '', key = ''] = process.argv.slice(2)
const ENCRYPTED = Buffer.from('k8s:enc:')
let encrypted = 0
const result = await ownKeyspaceScanner().scan(
  {
    target: {
      endpoints: [endpoint],
      tls: {
        ca: readFileSync(ca, 'utf8'),
        cert: readFileSync(certificate, 'utf8'),
        key: new Secret(readFileSync(key, 'utf8')),
      },
    },
  },
  (row) => {
    const { bytes, valueStart, valueEnd } = row
    let at = 0
    while (at < ENCRYPTED.length && bytes[valueStart + at] === ENCRYPTED[at]) at += 1
    if (at === ENCRYPTED.length && valueStart + at <= valueEnd) encrypted += 1
  },
)
process.stdout.write(`${result.rows} ${encrypted}\n`)
