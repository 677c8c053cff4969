export { BadConfiguration, type Running, type StartOptions, type StartPorts, start } from './start.ts'
