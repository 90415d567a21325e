import type { KeyServices } from '../../ports/key-service.ts'
import { ageIdentity, ageRecipient, newAgeIdentity } from './age.ts'
import { isKeyFile, keyFile, newKeyFile } from './key-file.ts'

export const keyServices = (): KeyServices => ({
  ageRecipient,
  identity: async (text, path) => (isKeyFile(text) ? keyFile(text, path) : ageIdentity(text, path)),
  keyFile,
  newIdentity: newAgeIdentity,
  newKeyFile,
})
