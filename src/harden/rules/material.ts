// Where new certificates lie: beside the old ones, because that directory is mounted into the pod.
export interface Pair {
  readonly certificate: string
  readonly key: string
}

export const pair = (directory: string, name: string): Pair => ({
  certificate: `${directory}/${name}.crt`,
  key: `${directory}/${name}.key`,
})

/** A certificate followed by what links it to an older CA. */
export const crossOf = (ca: Pair): string => ca.certificate.replace(/\.crt$/, '-cross.crt')
