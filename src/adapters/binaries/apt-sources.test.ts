import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { debianMirrors, sourceOf } from './apt-sources.ts'

test('Debian is told from third parties and from its security archive', () => {
  const mirrors = debianMirrors([
    {
      name: 'debian.sources',
      text: `Types: deb
# a note
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`,
    },
    {
      name: 'node.list',
      text: 'deb [signed-by=/k.gpg] https://third.example/node nodistro main\n',
    },
    { name: 'docker.list', text: 'deb https://third.example/linux/debian bookworm stable\n' },
    { name: 'other.list', text: 'deb https://third.example/packages bookworm main # ours\n' },
  ])
  assert.deepEqual(mirrors, [
    {
      uri: 'http://mirror.example/debian',
      signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
    },
    { uri: 'https://third.example/packages' },
  ])
})

test('one-line entries, options and what is switched off', () => {
  const text = `# deb http://old.example/debian buster main
deb [ arch=amd64 signed-by=/a.gpg trusted=yes ] http://mirror.example/debian/ trixie main contrib
deb-src http://mirror.example/debian trixie main
deb cdrom:[Debian]/ trixie main`
  assert.deepEqual(debianMirrors([{ name: 'sources.list', text }]), [
    { uri: 'http://mirror.example/debian/', signedBy: '/a.gpg', trusted: true },
  ])
  const off =
    'Enabled: no\nTypes: deb\nURIs: http://m.example/debian\nSuites: sid\nComponents: main'
  assert.deepEqual(debianMirrors([{ name: 'x.sources', text: off }]), [])
})

test('a key inside the source survives', () => {
  const text = `Types: deb
URIs: http://m.example/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQIN
 -----END PGP PUBLIC KEY BLOCK-----
`
  const [mirror] = debianMirrors([{ name: 'x.sources', text }])
  assert.ok(mirror)
  const written = sourceOf(mirror, ['sid'])
  assert.match(written, /Signed-By: \n -----BEGIN PGP PUBLIC KEY BLOCK-----\n \.\n mQIN\n -----END/)
  assert.deepEqual(debianMirrors([{ name: 'y.sources', text: written }]), [mirror])
})

test('any text is read without failing', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('a.list', 'a.sources'), (text, name) => {
      assert.ok(Array.isArray(debianMirrors([{ name, text }])))
    }),
  )
})
