export { fetchJson } from './fetch-json.ts'
export { Gateway, type GatewayPorts, type Rules } from './gateway.ts'
export { type ListenAt, type Listener, openListener } from './listen/listener.ts'
export { HttpUpstreams } from './upstreams/upstreams.ts'
