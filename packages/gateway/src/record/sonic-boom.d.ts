import 'sonic-boom'

declare module 'sonic-boom' {
  interface SonicBoom {
    /** With `contentMode: 'buffer'` it takes bytes, which its own types leave out. */
    write(bytes: Uint8Array): boolean
  }
}
