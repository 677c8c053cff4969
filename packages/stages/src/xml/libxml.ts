/** Loaded when the first rule about XML is made: most gateways have none, and it takes 18 MB. */
export const libxml = () => import('libxml2-wasm')
export type LibXml = Awaited<ReturnType<typeof libxml>>
