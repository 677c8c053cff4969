import { readFile, writeFile } from 'node:fs/promises'

const MiB = 2 ** 20

async function statusOf(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const [, kB] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return (Number(kB) * 1024) / MiB
}

/** MiB of memory that a process of this machine takes; Linux knows. */
export const residentOf = (pid: number) => statusOf(pid, 'VmRSS')

/** The most that it ever took since `forgetPeak`. */
export const peakOf = (pid: number) => statusOf(pid, 'VmHWM')

/** From now on the peak counts anew (proc(5), clear_refs). */
export const forgetPeak = (pid: number) => writeFile(`/proc/${pid}/clear_refs`, '5')
