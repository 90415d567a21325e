// Whether a certificate is good for a host, as Go's crypto/x509 has it: alternative names only, the common name counts for nothing.
import type { Certificate } from '../model.ts'

type Names = Pick<Certificate, 'dnsNames' | 'ipAddresses'>

const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/
const MAPPED = /^::ffff:((?:\d{1,3}\.){3}\d{1,3})$/i

export const isAddress = (host: string): boolean => IPV4.test(host) || host.includes(':')

/** One spelling for each address: `::1` for `0:0:0:0:0:0:0:1`, IPv4 for its mapped form. */
function canonical(address: string): string {
  const mapped = MAPPED.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  return (URL.parse(`http://[${address}]`)?.hostname ?? address).replace(/^\[|\]$/g, '')
}

const labels = (name: string) => name.toLowerCase().replace(/\.$/, '').split('.')

/** A wildcard stands for exactly one label, the first. */
function matches(pattern: string, host: string): boolean {
  const [wanted, given] = [labels(pattern), labels(host)]
  if (wanted.length !== given.length || given.includes('')) return false
  return wanted.every((label, i) => label === given[i] || (i === 0 && label === '*'))
}

/** `host` without brackets: a DNS name or an address. */
export function covers(certificate: Names, host: string): boolean {
  if (isAddress(host))
    return certificate.ipAddresses.some((one) => canonical(one) === canonical(host))
  return certificate.dnsNames.some((one) => matches(one, host))
}

/** The names as people read them. */
export const namesText = (certificate: Names): string =>
  [...certificate.dnsNames, ...certificate.ipAddresses].join(', ') || 'nothing'
