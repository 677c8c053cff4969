export { BadConfiguration } from './rules.ts'
export { type Running, type StartOptions, type StartPorts, start } from './start.ts'
