// What a certificate may be used for (RFC 5280 section 4.2.1.12).
import type { Certificate } from '../model.ts'

export type Usage = 'serverAuth' | 'clientAuth'

const ANY = ['any', '2.5.29.37.0']

/** Without the extension any use is fine; so Go has it too. */
export const allows = (one: Pick<Certificate, 'extendedKeyUsages'>, usage: Usage): boolean =>
  one.extendedKeyUsages.length === 0 ||
  one.extendedKeyUsages.some((given) => given === usage || ANY.includes(given))

/** The CA of a chain, leaf first, that does not allow the usage: Go asks it of every CA that has the extension. */
export const forbiddenBy = (chain: readonly Certificate[], usage: Usage): Certificate | undefined =>
  chain.slice(1).find((one) => !allows(one, usage))
