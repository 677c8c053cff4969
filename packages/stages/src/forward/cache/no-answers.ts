import type { AnswerStore } from './stored.ts'

/** A store that keeps nothing: for places where no upstream answers. */
export const noAnswers: AnswerStore = {
  slot: asked => asked,
  moment: () => 0,
  find: () => [],
  keep: () => undefined,
  drop: () => undefined,
  forget: () => undefined,
  take: () => false,
  give: () => undefined,
}
