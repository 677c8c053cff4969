/** Where calls are shown. */
export const pagePath = '/_development'
