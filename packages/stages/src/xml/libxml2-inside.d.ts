/** What is used of the inside of libxml2-wasm, whose own types leave it out. Numbers are places in its memory. */
declare module 'libxml2-wasm/lib/libxml2.mjs' {
  interface Detail {
    readonly message: string
    readonly level: number
    readonly line: number
    readonly col: number
    readonly xpath?: string
  }
  export const XmlErrorStruct: {
    message(fault: number): string
    level(fault: number): number
    line(fault: number): number
    col(fault: number): number
    node(fault: number): number
  }
  export function xmlGetNodePath(node: number): string | null
  /** What is called for each fault that is found, with the number of the list where it belongs. */
  export const error: { errorCollector: number; readonly storage: { get(list: number): Detail[] | undefined } }
  export function addFunction(run: (list: number, fault: number) => void, signature: 'vii'): number
}
