/** Name and version as they stand in reports; a test holds them equal to package.json. */
export const PRODUCT = { name: 'etcdkeep', version: '0.1.0' } as const
