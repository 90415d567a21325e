/** An X.509 certificate in plain words; serialises. */
export interface Certificate {
  /** RFC 4514 text. */
  readonly subject: string
  readonly commonName: string
  readonly organizations: readonly string[]
  readonly issuer: string
  /** Base64 of the DER names: compare these, never the text. */
  readonly subjectDer: string
  readonly issuerDer: string
  /** Lower-case hexadecimal. */
  readonly serial: string
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
  readonly isCa: boolean
  readonly keyUsages: readonly string[]
  /** `serverAuth`, `clientAuth`, or the OID. Empty where the extension is absent (any use). */
  readonly extendedKeyUsages: readonly string[]
  /** ISO 8601. */
  readonly notBefore: string
  readonly notAfter: string
  /** `ECDSA-SHA256`, `SHA1-RSA`, … */
  readonly signatureAlgorithm: string
  readonly publicKey: { readonly type: 'rsa' | 'ec' | 'ed25519' | 'other'; readonly bits: number }
  /** SHA-256 of the subject public key info, hexadecimal: what makes two CA certificates the same CA. */
  readonly spkiSha256: string
  /** SHA-256 of the certificate, hexadecimal. */
  readonly fingerprint: string
  /** The certificate itself; certificates are public. */
  readonly pem: string
}
