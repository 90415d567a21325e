/** Nobody dials it from another machine; the mode of the socket's file is its guard. */
export const isSocketUrl = (url: string): boolean => /^unixs?:/i.test(url)
