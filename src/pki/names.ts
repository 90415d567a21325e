/** Subject alternative names, each in the form that Go compares: an address is never a DNS name. */
export interface AlternativeNames {
  readonly dns: readonly string[]
  readonly ips: readonly string[]
}

const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/
const isAddress = (host: string) => IPV4.test(host) || host.includes(':')
/** Listening on everything is no name that a client could dial. */
const isEverything = (host: string) => host === '0.0.0.0' || host === '::'

/** The host of a URL or of a bare `host`, without brackets. */
function hostOf(place: string): string {
  const url = URL.parse(
    place.includes('://')
      ? place
      : `tcp://${isAddress(place) && place.includes(':') ? `[${place}]` : place}`,
  )
  return (url?.hostname ?? place).replace(/^\[|\]$/g, '')
}

/** Names for every URL or host given, once each, in order. */
export function namesFor(places: readonly string[]): AlternativeNames {
  const hosts = [...new Set(places.map(hostOf))].filter(
    (host) => host !== '' && !isEverything(host),
  )
  return {
    dns: hosts.filter((host) => !isAddress(host)),
    ips: hosts.filter((host) => isAddress(host)),
  }
}
