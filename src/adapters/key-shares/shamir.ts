import { Secret } from '../../core/secret.ts'
import type { KeyShares } from '../../ports/key-shares.ts'

const library = () => import('shamir-secret-sharing')

export const shamirShares = (): KeyShares => ({
  async split(secret, count, needed) {
    const { split } = await library()
    const shares = await split(Uint8Array.from(secret.reveal()), count, needed)
    return shares.map((share) => new Secret(share))
  },
  async join(shares) {
    const { combine } = await library()
    return new Secret(await combine(shares.map((share) => Uint8Array.from(share.reveal()))))
  },
})
