export { type MemoryCounters, memoryCounters } from './counters/memory.ts'
