/** The eight stages, in the order in which every call passes them. */
export const stageNames = [
  'admit',
  'identify',
  'authorize',
  'limit',
  'inspect',
  'forward',
  'protect',
  'record',
] as const

export type StageName = (typeof stageNames)[number]
