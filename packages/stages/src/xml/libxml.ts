/** Faults of one document that are looked at. */
const faultsMax = 20

/**
 * libxml2-wasm looks at every fault, and for its place counts the siblings of the element: of a document with many faults in the square of
 * their number. So what it calls for each is replaced by what looks at the first ones alone.
 */
async function loaded() {
  const [lib, inside] = await Promise.all([import('libxml2-wasm'), import('libxml2-wasm/lib/libxml2.mjs')])
  const { XmlErrorStruct, xmlGetNodePath, error, addFunction } = inside
  error.errorCollector = addFunction((list, fault) => {
    const details = error.storage.get(list)
    if (details === undefined || details.length >= faultsMax) return
    const xpath = xmlGetNodePath(XmlErrorStruct.node(fault))
    details.push({
      message: XmlErrorStruct.message(fault),
      level: XmlErrorStruct.level(fault),
      line: XmlErrorStruct.line(fault),
      col: XmlErrorStruct.col(fault),
      ...(xpath !== null && { xpath }),
    })
  }, 'vii')
  return lib
}

let loading: ReturnType<typeof loaded> | undefined

/** Loaded when the first rule about XML is made: most gateways have none, and it takes 18 MB. */
export function libxml(): ReturnType<typeof loaded> {
  loading ??= loaded()
  return loading
}

export type LibXml = Awaited<ReturnType<typeof libxml>>
