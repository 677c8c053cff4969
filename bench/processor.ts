import { readFileSync } from 'node:fs'

// USER_HZ is 100 on every Linux that Node runs on (proc(5), times in /proc).
const tick = 10_000

function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(descendants)]
}

/** Fields of /proc/PID/stat from the third on: the second, the command's name, may hold anything. */
function statFields(pid: number): readonly number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
}

/** Microseconds of processor that a process and all its children, living and gone, have used. */
export function processorUsed(pid: number): number {
  const used = (each: number) => {
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = statFields(each).slice(11)
    return each === pid ? utime + stime + cutime + cstime : utime + stime
  }
  return descendants(pid).reduce((sum, each) => sum + used(each), 0) * tick
}

/** Resident bytes of a process and its children. */
export function memoryUsed(pid: number): number {
  const resident = (each: number) =>
    Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${each}/status`, 'latin1'))?.[1] ?? 0) * 1024
  return descendants(pid).reduce((sum, each) => sum + resident(each), 0)
}

export interface CoreTimes {
  readonly idle: number
  readonly total: number
}

/** How long a core was idle, and how long it was anything, since the machine's start. */
export function coreTimes(core: number): CoreTimes {
  const line =
    readFileSync('/proc/stat', 'latin1')
      .split('\n')
      .find(each => each.startsWith(`cpu${core} `)) ?? ''
  const [, user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
    .split(' ')
    .map(Number)
  return { idle: idle + iowait, total: user + nice + system + idle + iowait + irq + softirq + steal }
}
