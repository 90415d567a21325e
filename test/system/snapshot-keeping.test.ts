// The commands that keep a repository in order, and what they say to mistakes.
import assert from 'node:assert/strict'
import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { directoryStore } from '../../src/adapters/object-store/directory.ts'
import { keyServices } from '../../src/adapters/key-service/key-services.ts'
import { Secret } from '../../src/core/secret.ts'
import { parseSigner } from '../../src/repository/signing-key.ts'
import { addSnapshot, trusting } from '../support/repository.ts'
import { repositoryKeys } from '../support/repository-keys.ts'
import { session } from '../support/session.ts'

async function filled(t: TestContext, count = 4) {
  const made = await repositoryKeys(t)
  const store = directoryStore({ path: made.repository })
  const signer = parseSigner(new Secret(await readFile(made.signing, 'utf8')), made.signing)
  const wrappers = [await keyServices().ageRecipient(made.recipient)]
  const add = () => addSnapshot({ store, signer, trust: trusting(signer), wrappers })
  for (let at = 0; at < count; at += 1) await add()
  const place = ['--repository', made.repository, '--sign-with', made.signing]
  const run = (...args: readonly string[]) => session(['snapshot', ...args])
  return { ...made, place, add, run }
}

test('a hold outlives prune until it is released; every step is told in the list', async (t) => {
  const { place, run } = await filled(t)
  assert.match((await run('hold', '1', '--reason', 'case 7', ...place)).out, /snapshot 1: held/)
  assert.match((await run('hold', '1', '--reason', 'case 7', ...place)).out, /was held already/)
  assert.equal((await run('verify', '4', ...place)).code, 0)
  const dry = await run('prune', '--keep-last', '1', '--dry-run', ...place)
  assert.match(dry.out, /keep {4}snapshot 1: held: case 7/)
  assert.match(dry.out, /2 would be removed, 2 would stay/)
  assert.equal((await run('prune', '--keep-last', '1', '--yes', ...place)).code, 0)
  assert.match((await run('list', ...place)).out, /\n1 .* held/)
  assert.equal((await run('release', '1', '--reason', 'closed', ...place)).code, 0)
  assert.match((await run('prune', '--keep-last', '1', '--yes', ...place)).out, /1 removed, 1 left/)
  const { out } = await run('list', '--pruned', ...place)
  assert.equal(out.match(/pruned/g)?.length, 3)
  const gone = await run('verify', '1', ...place)
  assert.deepEqual([gone.code, /snapshot 1 was pruned/.test(gone.err)], [2, true])
})

test('whoever verifies and prunes has a key of its own that cannot make snapshots', async (t) => {
  const { file, repository, trust, run, place } = await filled(t)
  assert.equal((await run('keygen', '--only', 'signing', '--directory', file('admin'))).code, 0)
  const text = await readFile(file('admin/signing.key'), 'utf8')
  const own = /ed25519:\S+/.exec(text)?.[0] ?? ''
  await writeFile(file('admins.txt'), `# the admins\n${own}\n`)
  const trusted = [
    '--repository',
    repository,
    '--trust',
    trust,
    '--trust-records',
    file('admins.txt'),
  ]
  const signed = [...trusted, '--sign-with', file('admin/signing.key')]
  const verified = await run('verify', '--all', ...signed)
  assert.equal(verified.code, 0, verified.err)
  assert.match((await run('list', ...trusted)).out, /bytes verified/)
  assert.match(
    (await run('verify', '--all', '--unless-within', '1h', ...signed)).out,
    /left out.*1, 2, 3, 4/s,
  )
  // The saver's key may not sign records here, and without the admins' key their records are strangers'.
  assert.match(
    (await run('hold', '1', '--reason', 'x', ...place, '--trust-records', own)).err,
    /not trusted for\s+records/,
  )
  assert.equal((await run('list', '--repository', repository, '--trust', trust)).code, 1)
  const forged = await run('list', '--repository', repository, '--trust', own)
  assert.match(forged.out, /signed by \w+, a key\s+that is not trusted/)
})

test('a copy catches up, and has no problem of its own', async (t) => {
  const { file, trust, place, run, add } = await filled(t)
  const copy = file('copy')
  assert.equal((await run('verify', '--all', ...place)).code, 0)
  assert.match((await run('sync', '--copy-to', copy, ...place)).out, /16 objects copied, 0 removed/)
  await add()
  assert.match((await run('sync', '--copy-to', copy, ...place)).out, /3 objects copied/)
  const listed = await run('list', '--repository', copy, '--trust', trust, '-o', 'json')
  assert.equal(listed.code, 0)
  await rm(join(file('repository'), 'manifests/000000000005.json'))
  const lost = await run('list', '--anchor', `copy:${copy}`, ...place)
  assert.deepEqual(
    [lost.code, /copy:file:.* has seen 5/.test(lost.out.replaceAll(/\s+/g, ' '))],
    [1, true],
  )
})

test('a gap is bad news until somebody says that it is known', async (t) => {
  const { repository, place, run } = await filled(t)
  await rm(join(repository, 'manifests/000000000002.json'))
  assert.equal((await run('list', ...place)).code, 1)
  const refused = await run('prune', '--keep-last', '1', '--yes', ...place)
  assert.deepEqual(
    [refused.code, /nothing is removed while this stands/.test(refused.out)],
    [1, true],
  )
  assert.equal((await run('acknowledge', '2', '--reason', 'disk', ...place)).code, 0)
  const listed = await run('list', ...place)
  assert.deepEqual(
    [listed.code, /missing, as was acknowledged/.test(listed.out.replaceAll(/\s+/g, ' '))],
    [0, true],
  )
  assert.match((await readdir(join(repository, 'data'))).join(' '), /000000000002-/)
})

test('shares give the identity back, and never to fewer', async (t) => {
  const { file, identity, run } = await filled(t, 0)
  const split = await run(
    'shares-split',
    '--identity',
    identity,
    '--needed',
    '2',
    '--shares',
    '3',
    '--directory',
    file('shares'),
  )
  assert.equal(split.code, 0, split.err)
  const share = (number: number) => file(`shares/share-${number}-of-3.txt`)
  assert.equal((await stat(share(1))).mode & 0o777, 0o600)
  const few = await run('shares-join', share(3), '--into', file('again.txt'))
  assert.deepEqual([few.code, /1 of the 2 shares/.test(few.err)], [2, true])
  assert.equal((await run('shares-join', share(3), share(1), '--into', file('again.txt'))).code, 0)
  assert.equal(await readFile(file('again.txt'), 'utf8'), await readFile(identity, 'utf8'))
  const there = await run('shares-join', share(3), share(1), '--into', file('again.txt'))
  assert.match(there.err, /is there already/)
})

test('mistakes are told as what they are, without a stack, and no key is quoted', async (t) => {
  const { file, identity, signing, repository, trust, recipient, place, run } = await filled(t, 1)
  await writeFile(file('junk'), Buffer.from([0, 255, 10, 13, 0]))
  const secret = (await readFile(identity, 'utf8')).split('\n')[1] ?? ''
  const mistakes: readonly (readonly [number, RegExp, readonly string[]])[] = [
    [2, /no repository was named/, ['list', '--trust', trust]],
    [2, /nobody’s signature is trusted/, ['list', '--repository', repository]],
    [2, /is no directory/, ['list', '--repository', file('typo'), '--trust', trust]],
    [2, /does not exist/, ['list', '--repository', repository, '--trust', 'ed25519']],
    [2, /no public key/, ['list', '--repository', repository, '--trust', 'ed25519:AAAA']],
    [2, /no public key/, ['list', '--repository', repository, '--trust', file('junk')]],
    [2, /no private key/, ['list', '--repository', repository, '--sign-with', file('junk')]],
    [2, /no private key/, ['list', '--repository', repository, '--sign-with', identity]],
    [2, /there is no store for ftp/, ['list', '--repository', 'ftp://x', '--trust', trust]],
    [2, /no age identity/, ['verify', ...place, '--identity', file('junk')]],
    [2, /no age identity/, ['verify', ...place, '--identity', signing]],
    [2, /there is no snapshot 9/, ['verify', '9', ...place]],
    [2, /no number of a snapshot/, ['verify', 'newest', ...place]],
    [2, /both --all and numbers/, ['verify', '--all', '1', ...place]],
    [
      2,
      /is not trusted for records/,
      ['verify', ...place, '--trust-records', `ed25519:${'A'.repeat(43)}=`],
    ],
    [2, /nothing says which/, ['prune', ...place]],
    [
      2,
      /nobody signs/,
      ['hold', '1', '--reason', 'x', '--repository', repository, '--trust', trust],
    ],
    [2, /reason is missing/, ['hold', '1', ...place]],
    [2, /nothing opens/, ['rekey', ...place, '--recipient', recipient]],
    [2, /nobody could read/, ['rekey', ...place, '--identity', identity]],
    [2, /which is secret/, ['rekey', ...place, '--identity', identity, '--recipient', secret]],
    [2, /no age recipient/, ['rekey', ...place, '--identity', identity, '--recipient', 'age1x']],
    [
      2,
      /no key file/,
      ['rekey', ...place, '--identity', identity, '--recipient', `key-file:${file('junk')}`],
    ],
    [2, /no range/, ['acknowledge', '5-2', '--reason', 'x', ...place]],
    [2, /holds no share/, ['shares-join', file('junk'), '--into', file('x')]],
    [2, /is there already/, ['keygen', '--directory', file('')]],
    [2, /no way to share/, ['shares-split', '--identity', identity, '--needed', '1']],
  ]
  for (const [code, message, args] of mistakes) {
    const done = await run(...args)
    assert.match(done.err.replaceAll(/\s+/g, ' '), message, args.join(' '))
    assert.equal(done.code, code, args.join(' '))
    assert.match(done.err, /hint:/)
    assert.doesNotMatch(`${done.err}${done.out}`, /^ +at |AGE-SECRET-KEY-1|bug/m)
  }
})
