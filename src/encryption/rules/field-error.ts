import { goQuote } from './go-text.ts'

/** One complaint about one field, worded as Kubernetes words it. */
export interface FieldError {
  /** `resources[0].providers[1].kms.name` */
  readonly field: string
  readonly type: 'FieldValueRequired' | 'FieldValueInvalid'
  readonly detail: string
  /** Field, type, value and detail in one line; key material is `REDACTED`. */
  readonly error: string
}

export const required = (field: string, detail: string): FieldError => ({
  field,
  type: 'FieldValueRequired',
  detail,
  error: `${field}: Required value: ${detail}`,
})

export const invalid = (field: string, value: unknown, detail: string): FieldError => ({
  field,
  type: 'FieldValueInvalid',
  detail,
  error: `${field}: Invalid value: ${typeof value === 'string' ? goQuote(value) : JSON.stringify(value)}: ${detail}`,
})
