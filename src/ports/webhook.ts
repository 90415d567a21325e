/**
 * Sends a body to an address, once. Throws KeepError `unavailable` where nobody takes it, with no word of the body,
 * the headers or the query of the address.
 */
export type PostWebhook = (
  url: string,
  message: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  signal?: AbortSignal,
) => Promise<void>
